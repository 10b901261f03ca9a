// form[data-fragment="name"]: sends what stands behind the # of the page's address, which no server
// is told, as the field of that name.
const form = document.querySelector("form[data-fragment]");

if (form && location.hash.length > 1) {
  form.elements[form.dataset.fragment].value = location.href;
  history.replaceState(null, "", location.pathname);
  form.requestSubmit();
}
