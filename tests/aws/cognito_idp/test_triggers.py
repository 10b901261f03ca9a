"""Lambda triggers: what they are told, what they may change, and what they may refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from studyapp.aws.lambda_.processes import FunctionProcesses
from studyapp.aws.ports import Home, Invocation
from tests.aws.clients import Running, running
from tests.aws.cognito_idp.pools import PASSWORD, Pool, make_pool, refused
from tests.aws.cognito_idp.test_sign_in import claims, srp

ARN = "arn:aws:lambda:us-east-1:123456789012:function:"
KEY = "arn:aws:kms:us-east-1:123456789012:alias/codes"


class Scripts:
    """The Functions port over a dictionary."""

    def __init__(self, processes: FunctionProcesses) -> None:
        self.processes = processes
        self.sources: dict[str, str] = {}

    def invoke(
        self, home: Home, arn: str, event: Mapping[str, Any], secrets: Mapping[str, str]
    ) -> Invocation | None:
        source = self.sources.get(arn.removeprefix(ARN))
        return None if source is None else self.processes.run(source, event, secrets)


@pytest.fixture(scope="module")
def processes() -> Iterator[FunctionProcesses]:
    started = FunctionProcesses(count=1)
    yield started
    started.close()


@pytest.fixture
def scripts(processes: FunctionProcesses) -> Scripts:
    return Scripts(processes)


@pytest.fixture
def triggering(scripts: Scripts) -> Iterator[Running]:
    with running(functions=scripts) as started:
        yield started


def pool_with(
    triggering: Running, scripts: Scripts, settings: dict[str, Any] | None = None, **sources: str
) -> Pool:
    """A pool with triggers; each source is the body of ``async (event) => { … }``."""
    scripts.sources = {
        name: f"exports.handler = async (event) => {{ {body} }};" for name, body in sources.items()
    }
    config: dict[str, Any] = {name: ARN + name for name in sources}
    for name in {"CustomEmailSender", "CustomSMSSender"} & sources.keys():
        config[name] = {"LambdaVersion": "V1_0", "LambdaArn": ARN + name}
        config["KMSKeyID"] = KEY
    return make_pool(triggering, LambdaConfig=config, **(settings or {}))


def sign_up(pool: Pool, name: str = "ada", **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = pool.api.sign_up(
        ClientId=pool.client_id,
        Username=name,
        Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": f"{name}@example.com"}],
        **more,
    )
    return answer


def test_pre_sign_up_confirms_and_refuses(triggering: Running, scripts: Scripts) -> None:
    pool = pool_with(
        triggering,
        scripts,
        PreSignUp="""
            if (event.request.validationData.code !== "open") throw new Error("Not invited");
            event.response.autoConfirmUser = true;
            event.response.autoVerifyEmail = event.request.userAttributes.email !== undefined;
            return event;
        """,
        PostConfirmation="console.log('welcome', event.userName); return event;",
    )
    with refused("UserLambdaValidationException", "PreSignUp failed with error Not invited."):
        sign_up(pool)
    answer = sign_up(pool, ValidationData=[{"Name": "code", "Value": "open"}])
    assert answer["UserConfirmed"] is True
    assert pool.attributes()["email_verified"] == "true"
    assert "AccessToken" in pool.sign_in()
    told = [entry.triggers for entry in triggering.entries if entry.operation == "SignUp"][-1]
    assert [run.source for run in told] == ["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"]
    assert told[1].log == "welcome ada"


def test_an_event_is_as_documented(triggering: Running, scripts: Scripts) -> None:
    pool = pool_with(triggering, scripts, PreAuthentication="return event;")
    user = pool.user(email="ada@example.com")
    pool.api.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        ClientMetadata={"from": "app"},
    )
    sub = next(a["Value"] for a in user["Attributes"] if a["Name"] == "sub")
    assert triggering.entries[-1].triggers[0].event == {
        "version": "1",
        "region": "us-east-1",
        "userPoolId": pool.id,
        "userName": "ada",
        "callerContext": {
            "awsSdkVersion": "aws-sdk-unknown-unknown",
            "clientId": pool.client_id,
        },
        "triggerSource": "PreAuthentication_Authentication",
        "request": {
            "userAttributes": {
                "sub": sub,
                "email": "ada@example.com",
                "cognito:user_status": "CONFIRMED",
            },
            "validationData": {"from": "app"},
        },
        "response": {},
    }


def test_before_and_after_a_sign_in(triggering: Running, scripts: Scripts) -> None:
    pool = pool_with(
        triggering,
        scripts,
        PreAuthentication="if (event.userName === 'eve') throw new Error('Go away'); return event;",
        PostAuthentication="console.log(event.request.newDeviceUsed); return event;",
    )
    for name in ("ada", "eve"):
        pool.user(name)
    with refused("UserLambdaValidationException", "PreAuthentication failed with error Go away."):
        pool.sign_in("eve")
    with refused("UserLambdaValidationException"):
        srp(pool, name="eve").authenticate_user()
    pool.sign_in()
    assert [run.source for run in triggering.entries[-1].triggers] == [
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
    ]


def test_tokens_are_changed_before_they_are_signed(triggering: Running, scripts: Scripts) -> None:
    pool = pool_with(
        triggering,
        scripts,
        PreTokenGeneration="""
            event.response = { claimsOverrideDetails: {
                claimsToAddOrOverride: { plan: "gold", sub: "somebody else", email: "x@y.z" },
                claimsToSuppress: ["name", "iss"],
                groupOverrideDetails: { groupsToOverride: ["authors"], preferredRole: "arn:role" },
            } };
            return event;
        """,
    )
    pool.user(name="Ada", email="ada@example.com")
    result = pool.sign_in()
    identity, access = claims(result["IdToken"]), claims(result["AccessToken"])
    assert identity["plan"] == "gold"
    assert identity["email"] == "x@y.z"
    assert identity["sub"] != "somebody else"
    assert "name" not in identity
    assert "iss" in identity
    assert identity["cognito:groups"] == access["cognito:groups"] == ["authors"]
    assert identity["cognito:preferred_role"] == "arn:role"
    assert "plan" not in access
    pool.begin("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=result["RefreshToken"])
    assert triggering.entries[-1].triggers[0].source == "TokenGeneration_RefreshTokens"


@pytest.mark.parametrize(("version", "told"), [("V2_0", "2"), ("V3_0", "3")])
def test_later_versions_change_the_access_token_too(
    triggering: Running, scripts: Scripts, version: str, told: str
) -> None:
    pool = pool_with(
        triggering,
        scripts,
        tokens="""
            event.response = { claimsAndScopeOverrideDetails: {
                idTokenGeneration: { claimsToAddOrOverride: { plan: "gold" } },
                accessTokenGeneration: {
                    claimsToAddOrOverride: { tenant: event.version },
                    scopesToAdd: ["notes/read"],
                },
            } };
            return event;
        """,
    )
    config = {"PreTokenGenerationConfig": {"LambdaVersion": version, "LambdaArn": ARN + "tokens"}}
    pool.configure(LambdaConfig=config)
    pool.user()
    result = pool.sign_in()
    assert claims(result["IdToken"])["plan"] == "gold"
    access = claims(result["AccessToken"])
    assert access["tenant"] == told
    assert access["scope"] == "aws.cognito.signin.user.admin notes/read"


RIDDLE = {
    "DefineAuthChallenge": """
        const session = event.request.session;
        const last = session[session.length - 1];
        if (last?.challengeName === "SRP_A") event.response.challengeName = "PASSWORD_VERIFIER";
        else if (last?.challengeName === "CUSTOM_CHALLENGE" && last.challengeResult)
            event.response.issueTokens = true;
        else if (session.filter((entry) => !entry.challengeResult).length > 1)
            event.response.failAuthentication = true;
        else event.response.challengeName = "CUSTOM_CHALLENGE";
        return event;
    """,
    "CreateAuthChallenge": """
        event.response.publicChallengeParameters = { question: "6 * 7" };
        event.response.privateChallengeParameters = { answer: "42" };
        event.response.challengeMetadata = "RIDDLE";
        return event;
    """,
    "VerifyAuthChallengeResponse": """
        const { challengeAnswer, privateChallengeParameters } = event.request;
        event.response.answerCorrect = challengeAnswer === privateChallengeParameters.answer;
        return event;
    """,
}


def test_challenges_of_a_pools_own(triggering: Running, scripts: Scripts) -> None:
    pool = pool_with(triggering, scripts, **RIDDLE)
    pool.user()
    asked = pool.begin("CUSTOM_AUTH", USERNAME="ada")
    assert asked["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert asked["ChallengeParameters"] == {"USERNAME": "ada", "question": "6 * 7"}
    again = pool.answer(asked, USERNAME="ada", ANSWER="41")
    assert again["ChallengeName"] == "CUSTOM_CHALLENGE"
    with refused("NotAuthorizedException"):
        pool.answer(asked, USERNAME="ada", ANSWER="42")
    assert "AuthenticationResult" in pool.answer(again, USERNAME="ada", ANSWER="42")


def test_too_many_wrong_answers_end_it(triggering: Running, scripts: Scripts) -> None:
    pool = pool_with(triggering, scripts, **RIDDLE)
    pool.user()
    again = pool.answer(pool.begin("CUSTOM_AUTH", USERNAME="ada"), USERNAME="ada", ANSWER="1")
    with refused("NotAuthorizedException", "Incorrect username or password."):
        pool.answer(again, USERNAME="ada", ANSWER="2")


def test_a_password_may_come_before_the_challenge(triggering: Running, scripts: Scripts) -> None:
    pool = pool_with(triggering, scripts, **RIDDLE)
    pool.user()
    client = srp(pool)
    told = client.get_auth_params()
    asked = pool.begin("CUSTOM_AUTH", CHALLENGE_NAME="SRP_A", **told)
    assert asked["ChallengeName"] == "PASSWORD_VERIFIER"
    responses = client.process_challenge(asked["ChallengeParameters"], told)
    custom = pool.answer(asked, **responses)
    assert custom["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert "AuthenticationResult" in pool.answer(custom, USERNAME="ada", ANSWER="42")


def test_users_move_in_at_their_first_sign_in(triggering: Running, scripts: Scripts) -> None:
    pool = pool_with(
        triggering,
        scripts,
        UserMigration="""
            if (event.request.password !== "0ld") throw new Error("Bad password");
            event.response.userAttributes = {
                username: event.userName, email: "ada@example.com", email_verified: "true",
            };
            event.response.finalUserStatus = "CONFIRMED";
            event.response.messageAction = "SUPPRESS";
            return event;
        """,
    )
    with refused(
        "UserNotFoundException", f"Exception migrating user in app client {pool.client_id}"
    ):
        pool.sign_in(password="wr0ng")
    assert "AccessToken" in pool.sign_in(password="0ld")
    assert pool.attributes()["email_verified"] == "true"
    scripts.sources = {}
    assert "AccessToken" in pool.sign_in(password="0ld")


def test_users_move_in_when_they_forgot_their_password(
    triggering: Running, scripts: Scripts
) -> None:
    pool = pool_with(
        triggering,
        scripts,
        UserMigration="""
            event.response.userAttributes = { email: "ada@example.com", email_verified: "true" };
            return event;
        """,
    )
    pool.api.forgot_password(ClientId=pool.client_id, Username="ada")
    pool.api.confirm_forgot_password(
        ClientId=pool.client_id,
        Username="ada",
        ConfirmationCode=pool.code,
        Password=PASSWORD,
    )
    assert "AccessToken" in pool.sign_in()


def test_messages_are_reworded(triggering: Running, scripts: Scripts) -> None:
    pool = pool_with(
        triggering,
        scripts,
        {"AutoVerifiedAttributes": ["email"]},
        CustomMessage="""
            const { codeParameter, userAttributes } = event.request;
            event.response.emailSubject = event.triggerSource;
            event.response.emailMessage = `${userAttributes.email}: ${codeParameter}`;
            return event;
        """,
    )
    sign_up(pool)
    assert pool.messages[-1].subject == "CustomMessage_SignUp"
    assert pool.messages[-1].body == f"ada@example.com: {pool.code}"
    pool.api.resend_confirmation_code(ClientId=pool.client_id, Username="ada")
    assert pool.messages[-1].subject == "CustomMessage_ResendCode"


SENDER = """
    const code = await decrypt(event.request.code);
    const { email, phone_number } = event.request.userAttributes;
    const to = event.request.type === "customSMSSenderRequestV1" ? phone_number : email;
    await send({ to, subject: event.triggerSource, body: `${code} is your code` });
"""


def test_a_function_sends_the_mails_itself(triggering: Running, scripts: Scripts) -> None:
    pool = pool_with(
        triggering,
        scripts,
        {"AutoVerifiedAttributes": ["email"]},
        CustomEmailSender=SENDER,
        CustomMessage="throw new Error('is not asked');",
    )
    answer = sign_up(pool, ClientMetadata={"from": "here"})
    assert answer["CodeDeliveryDetails"]["Destination"] == "a***@e***"
    (mail,) = pool.messages
    assert (mail.medium, mail.to, mail.subject) == (
        "EMAIL",
        "ada@example.com",
        "CustomEmailSender_SignUp",
    )
    event = triggering.entries[-1].triggers[-1].event
    assert event["version"] == "1"
    assert event["request"]["type"] == "customEmailSenderRequestV1"
    assert event["request"]["clientMetadata"] == {"from": "here"}
    assert event["request"]["userAttributes"]["cognito:user_status"] == "UNCONFIRMED"
    code = mail.body.split()[0]
    assert code not in str(event)
    pool.api.confirm_sign_up(ClientId=pool.client_id, Username="ada", ConfirmationCode=code)
    pool.api.forgot_password(ClientId=pool.client_id, Username="ada")
    assert pool.messages[-1].subject == "CustomEmailSender_ForgotPassword"


def test_a_function_sends_the_text_messages_itself(triggering: Running, scripts: Scripts) -> None:
    pool = pool_with(triggering, scripts, CustomSMSSender=SENDER)
    pool.api.admin_create_user(
        UserPoolId=pool.id,
        Username="ada",
        TemporaryPassword=PASSWORD,
        UserAttributes=[{"Name": "phone_number", "Value": "+15550100"}],
    )
    (text,) = pool.messages
    assert (text.medium, text.to, text.body, text.occasion) == (
        "SMS",
        "+15550100",
        f"{PASSWORD} is your code",
        "AdminCreateUser",
    )
    assert triggering.entries[-1].triggers[-1].source == "CustomSMSSender_AdminCreateUser"


def test_what_a_sender_throws_is_said(triggering: Running, scripts: Scripts) -> None:
    pool = pool_with(
        triggering,
        scripts,
        {"AutoVerifiedAttributes": ["email"]},
        CustomEmailSender="await decrypt('somebody else’s');",
    )
    with refused(
        "UserLambdaValidationException",
        "CustomEmailSender failed with error AccessDeniedException: not sealed for this call..",
    ):
        sign_up(pool)
    assert pool.messages == []


def test_a_sender_has_a_key(triggering: Running) -> None:
    sender = {"LambdaVersion": "V1_0", "LambdaArn": ARN + "sender"}
    with refused(
        "InvalidParameterException",
        "KMSKeyID is required when a custom sender Lambda trigger is configured.",
    ):
        triggering.client().create_user_pool(
            PoolName="shop", LambdaConfig={"CustomEmailSender": sender}
        )


@pytest.mark.parametrize("body", ["return 7;", "", "return { response: 1 };", "return null;"])
def test_what_is_no_event_is_unrecognizable(
    triggering: Running, scripts: Scripts, body: str
) -> None:
    pool = pool_with(triggering, scripts, PreSignUp=body)
    with refused("InvalidLambdaResponseException", "Unrecognizable lambda output"):
        sign_up(pool)


def test_a_function_that_is_not_there_is_said(triggering: Running) -> None:
    pool = make_pool(triggering, LambdaConfig={"PreSignUp": ARN + "none"})
    with refused(
        "UnexpectedLambdaException",
        "PreSignUp invocation failed due to error ResourceNotFoundException.",
    ):
        sign_up(pool)


def test_a_slow_function_has_three_tries(triggering: Running, scripts: Scripts) -> None:
    pool = pool_with(triggering, scripts, PreSignUp="for (;;);")
    scripts.processes = FunctionProcesses(count=1, seconds=0.05)
    try:
        with refused(
            "UnexpectedLambdaException",
            "PreSignUp invocation failed due to error Socket timeout while invoking "
            "Lambda function.",
        ):
            sign_up(pool)
    finally:
        scripts.processes.close()
    assert len(triggering.entries[-1].triggers) == 3


def test_an_administrator_may_be_refused_too(triggering: Running, scripts: Scripts) -> None:
    pool = pool_with(triggering, scripts, PreSignUp="throw new Error(event.triggerSource);")
    with refused(
        "UserLambdaValidationException",
        "PreSignUp failed with error PreSignUp_AdminCreateUser.",
    ):
        pool.api.admin_create_user(UserPoolId=pool.id, Username="ada")
