"""The learner's AWS account: a console, how clients reach it, what was asked of it and what it
sent."""

from django.urls import path

from studyapp.sandbox.views import (
    account,
    branding,
    clients,
    functions,
    groups,
    pools,
    providers,
    resource_servers,
    trace,
    triggers,
    users,
)

app_name = "sandbox"
urlpatterns = [
    path("", pools.pools, name="pools"),
    path("pools/create/", pools.create_pool, name="create_pool"),
    path("pools/<str:pool_id>/", pools.pool, name="pool"),
    path("pools/<str:pool_id>/clients/", clients.clients, name="clients"),
    path("pools/<str:pool_id>/clients/create/", clients.create_client, name="create_client"),
    path("pools/<str:pool_id>/clients/<str:client_id>/", clients.app_client, name="client"),
    path(
        "pools/<str:pool_id>/clients/<str:client_id>/edit/",
        clients.edit_client,
        name="edit_client",
    ),
    path("pools/<str:pool_id>/groups/", groups.groups, name="groups"),
    path("pools/<str:pool_id>/create-group/", groups.create_group, name="create_group"),
    path("pools/<str:pool_id>/groups/<path:name>/edit/", groups.edit_group, name="edit_group"),
    path("pools/<str:pool_id>/groups/<path:name>/", groups.group, name="group"),
    path("pools/<str:pool_id>/domain/", branding.domains, name="domains"),
    path("pools/<str:pool_id>/create-domain/", branding.create_domain, name="create_domain"),
    path("pools/<str:pool_id>/domain/<str:name>/", branding.domain, name="domain"),
    path("pools/<str:pool_id>/branding/", branding.branding, name="branding"),
    path("pools/<str:pool_id>/branding/classic/<str:client_id>/", branding.classic, name="classic"),
    path("pools/<str:pool_id>/branding/managed/<str:client_id>/", branding.managed, name="managed"),
    path("pools/<str:pool_id>/clients/<str:client_id>/sign-in/", branding.sign_in, name="sign_in"),
    path(
        "pools/<str:pool_id>/resource-servers/",
        resource_servers.resource_servers,
        name="resource_servers",
    ),
    path(
        "pools/<str:pool_id>/create-resource-server/",
        resource_servers.create_resource_server,
        name="create_resource_server",
    ),
    path(
        "pools/<str:pool_id>/resource-servers/<path:identifier>/",
        resource_servers.resource_server,
        name="resource_server",
    ),
    path("pools/<str:pool_id>/providers/", providers.providers, name="providers"),
    path(
        "pools/<str:pool_id>/create-provider/<str:kind>/",
        providers.create_provider,
        name="create_provider",
    ),
    path("pools/<str:pool_id>/providers/<str:name>/", providers.provider, name="provider"),
    path("pools/<str:pool_id>/triggers/", triggers.triggers, name="triggers"),
    path("pools/<str:pool_id>/users/", users.users, name="users"),
    path("pools/<str:pool_id>/create-user/", users.create_user, name="create_user"),
    path("pools/<str:pool_id>/users/<path:username>/", users.user, name="user"),
    path("trace/", trace.trace, name="trace"),
    path("trace/<int:pk>/", trace.entry, name="entry"),
    path("messages/", trace.messages, name="messages"),
    path("functions/", functions.functions, name="functions"),
    path("functions/create/", functions.create_function, name="create_function"),
    path("functions/<str:name>/", functions.function, name="function"),
    path("account/", account.account, name="account"),
    path("account/export.json", account.export, name="export"),
    path("account/cloudformation.json", account.cloudformation, name="cloudformation"),
]
