// Sends the entry page's form for somebody who has just clicked a link to it. Without this script there is the button.
const form = document.querySelector("form[data-enter]");
form.querySelector("button").disabled = true;
form.submit();
