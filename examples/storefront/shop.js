// The account pages of a shop: everything they ask of Anteroom, they ask through the SDK.
import Medusa from "@medusajs/js-sdk";

const sdk = new Medusa({ baseUrl: ANTEROOM, publishableKey: PUBLISHABLE_KEY, auth: { type: "session" } });

const $ = (selector, within = document) => within.querySelector(selector);
const typed = (form) => Object.fromEntries(new FormData(form));

// ---- pages -----------------------------------------------------------------------------------------------------------

const pages = ["sign-in", "register", "forgot", "reset", "account"];

function show(page, notice = "") {
  for (const name of pages) $(`#${name}`).hidden = name !== page;
  $("#sign-out").hidden = page !== "account";
  $("#notice").hidden = !notice;
  $("#notice").textContent = notice;
  for (const fault of document.querySelectorAll(".fault")) fault.textContent = "";
  if (page !== "account") $(`#${page} input`).focus();
}

/** Runs what a form asks for; what Anteroom refuses is said in the form, in its own words. */
function on(form, send) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [button, fault] = [$("button", form), $(".fault", form)];
    button.disabled = true;
    fault.textContent = "";
    try {
      await send(typed(form));
    } catch (error) {
      fault.textContent = error.message || "Something went wrong. Please try again.";
    } finally {
      button.disabled = false;
    }
  });
}

window.addEventListener("hashchange", () => {
  const page = location.hash.slice(1);
  if (["sign-in", "register", "forgot"].includes(page)) show(page);
});

// ---- signing in ------------------------------------------------------------------------------------------------------

async function signIn({ email, password }) {
  await sdk.auth.login("customer", "emailpass", { email, password });
  $("#sign-in form").reset();
  history.replaceState(null, "", "/");
  await openAccount();
}

on($("#sign-in form"), signIn);

on($("#register form"), async ({ email, password, first_name, last_name }) => {
  // A registration has no customer yet; its token is good for making one.
  const token = await sdk.auth.register("customer", "emailpass", { email, password });
  await sdk.store.customer.create({ email, first_name, last_name }, {}, { Authorization: `Bearer ${token}` });
  $("#register form").reset();
  await signIn({ email, password });
});

on($("#forgot form"), async ({ identifier }) => {
  await sdk.auth.resetPassword("customer", "emailpass", { identifier });
  $("#forgot form").reset();
  show("sign-in", "If there is such an account, a mail is on its way.");
});

on($("#reset form"), async ({ password }) => {
  const token = new URLSearchParams(location.search).get("token");
  await sdk.auth.updateProvider("customer", "emailpass", { password }, token);
  $("#reset form").reset();
  history.replaceState(null, "", "/");
  show("sign-in", "Your password is another one. Sign in with it.");
});

$("#sign-out").addEventListener("click", async () => {
  await sdk.auth.logout().catch(() => {});
  show("sign-in", "You are signed out.");
});

// ---- the account -----------------------------------------------------------------------------------------------------

let editing = null;

async function openAccount() {
  const { customer } = await sdk.store.customer.retrieve();
  show("account");
  draw(customer);
}

function draw(customer) {
  $("#greeting").textContent = `Hello, ${customer.first_name || customer.email}`;
  for (const input of $("#profile").elements) if (input.name) input.value = customer[input.name] ?? "";
  $("#addresses").replaceChildren(...customer.addresses.map(entry));
  $("#no-addresses").hidden = customer.addresses.length > 0;
}

on($("#profile"), async (profile) => {
  const { customer } = await sdk.store.customer.update(profile);
  draw(customer);
  show("account", "Your profile is saved.");
});

function entry(address) {
  const item = $("#entry").content.cloneNode(true);
  const lines = [address.address_1, [address.postal_code, address.city].filter(Boolean).join(" "), address.province, address.country_code?.toUpperCase()];
  $(".name", item).textContent = address.address_name || address.address_1 || "Address";
  $(".lines", item).textContent = lines.filter(Boolean).join(", ");
  const flags = [address.is_default_shipping && "Ships here", address.is_default_billing && "Bills here"];
  $(".flags", item).replaceChildren(...flags.filter(Boolean).map((text) => Object.assign(document.createElement("mark"), { textContent: text })));
  $(".edit", item).addEventListener("click", () => edit(address));
  $(".remove", item).addEventListener("click", async () => {
    const { parent } = await sdk.store.customer.deleteAddress(address.id);
    draw(parent);
    show("account", "The address is removed.");
  });
  return item;
}

function edit(address) {
  editing = address;
  $("#editor-title").textContent = address ? "Edit the address" : "Add an address";
  $("#editor").open = Boolean(address);
  for (const input of $("#address").elements) {
    if (input.type === "checkbox") input.checked = Boolean(address?.[input.name]);
    else if (input.name) input.value = address?.[input.name] ?? "";
  }
  if (address) $("#address input").focus();
}

$("#address").addEventListener("reset", (event) => {
  event.preventDefault();
  edit(null);
});

on($("#address"), async (address) => {
  // An empty field says that there is nothing; an unticked box is not among what a form sends.
  const body = Object.fromEntries(Object.entries(address).map(([name, value]) => [name, value || null]));
  body.is_default_shipping = Boolean(address.is_default_shipping);
  body.is_default_billing = Boolean(address.is_default_billing);
  const { customer } = editing
    ? await sdk.store.customer.updateAddress(editing.id, body)
    : await sdk.store.customer.createAddress(body);
  edit(null);
  draw(customer);
  show("account", "The address is saved.");
});

// ---- the first page --------------------------------------------------------------------------------------------------

if (new URLSearchParams(location.search).has("token")) show("reset");
else await openAccount().catch(() => show(location.hash === "#register" ? "register" : "sign-in"));
