// The account pages of a shop: everything they ask of Anteroom, they ask through the SDK.
import Medusa from "@medusajs/js-sdk";

const sdk = new Medusa({ baseUrl: ANTEROOM, publishableKey: PUBLISHABLE_KEY, auth: { type: "session" } });

const $ = (selector, within = document) => within.querySelector(selector);
const typed = (form) => Object.fromEntries(new FormData(form));

// ---- pages -----------------------------------------------------------------------------------------------------------

const pages = ["sign-in", "code", "register", "forgot", "reset", "account"];

function show(page, notice = "") {
  for (const name of pages) $(`#${name}`).hidden = name !== page;
  $("#sign-out").hidden = page !== "account";
  notify(notice);
  for (const fault of document.querySelectorAll(".fault")) fault.textContent = "";
  if (page !== "account") $(`#${page} input`).focus();
}

function notify(text) {
  $("#notice").hidden = !text;
  $("#notice").textContent = text;
}

/** Runs what a button asks for; what Anteroom refuses is said beside it, in its own words. */
async function attempt(button, fault, send) {
  button.disabled = true;
  fault.textContent = "";
  try {
    await send();
  } catch (error) {
    fault.textContent = error.message || "Something went wrong. Please try again.";
  } finally {
    button.disabled = false;
  }
}

function on(form, send) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt($("button", form), $(".fault", form), () => send(typed(form)));
  });
}

function press(button, part, send) {
  $(button).addEventListener("click", () => attempt($(button), $(`${part} > .fault`), send));
}

window.addEventListener("hashchange", () => {
  const page = location.hash.slice(1);
  if (["sign-in", "register", "forgot"].includes(page)) show(page);
});

// ---- signing in ------------------------------------------------------------------------------------------------------

async function signIn({ email, password }) {
  await goOn(await sdk.auth.login("customer", "emailpass", { email, password }));
}

let challenge = null;

/** Where a second factor is asked for, nobody is signed in yet. */
async function goOn(result) {
  $("#sign-in form").reset();
  challenge = result.mfa_challenge;
  if (challenge) return show("code");
  history.replaceState(null, "", "/");
  await openAccount();
}

on($("#sign-in form"), signIn);

on($("#code form"), async ({ code }) => {
  await sdk.auth.mfa.verifyChallenge(challenge.id, { code });
  $("#code form").reset();
  await goOn({});
});

press("#by-passkey", "#sign-in form", async () => {
  // The question is in the address to which the SDK would send a browser.
  const { location: back } = await sdk.auth.login("customer", "passkey", {});
  const question = new URL(back).searchParams;
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(question.get("options")));
  const credential = JSON.stringify(await navigator.credentials.get({ publicKey }));
  await goOn(await sdk.auth.callback("customer", "passkey", { flow: question.get("flow"), credential }));
});

// A provider sends the browser back to this page; what it was sent away for is remembered here.
async function leave(provider, purpose, address) {
  const state = new URL(address).searchParams.get("state");
  sessionStorage.setItem("sent-away", JSON.stringify({ provider, purpose, state }));
  location.assign(address);
}

async function comeBack(query) {
  const { provider, purpose, state } = JSON.parse(sessionStorage.getItem("sent-away") ?? "{}");
  sessionStorage.removeItem("sent-away");
  history.replaceState(null, "", "/");
  if (!provider || query.state !== state) throw new Error("Nobody was sent away from here. Please try again.");
  if (purpose === "sign-in") return goOn(await sdk.auth.callback("customer", provider, query));
  await openAccount();
  await links(`/${provider}/callback`, { method: "POST", query });
  await openAccount();
}

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
  await drawFactors();
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

// ---- what one signs in with ------------------------------------------------------------------------------------------

const security = '[aria-labelledby="security-title"]';
const passkeys = (path = "", init = {}) => sdk.client.fetch(`/store/customers/me/passkeys${path}`, init);
const links = (path = "", init = {}) => sdk.client.fetch(`/store/customers/me/providers${path}`, init);
const line = (text) => Object.assign(document.createElement("li"), { textContent: text });

let app = null;

async function drawFactors(recoveryCodes = []) {
  const { mfa_factors } = await sdk.auth.mfa.list();
  app = mfa_factors.find(({ status }) => status === "enabled");
  $("#app-state").textContent = app
    ? "Your account is protected by an authenticator app."
    : "Add an authenticator app, and signing in asks for its code too.";
  [$("#add-app").hidden, $("#remove-app").hidden, $("#app").hidden] = [Boolean(app), !app, true];
  $("#recovery").hidden = recoveryCodes.length === 0;
  $("#recovery-codes").replaceChildren(...recoveryCodes.map(line));
  const kept = (await passkeys()).passkeys;
  const added = (passkey) => line(`Passkey of ${new Date(passkey.created_at).toLocaleDateString("en")}`);
  $("#passkey-list").replaceChildren(...kept.map(added));
  const linked = (await links()).providers.map(({ provider }) => provider);
  $("#providers").replaceChildren(...elsewhere.map((provider) => linkEntry(provider, linked.includes(provider.id))));
}

function linkEntry({ id, display_name }, isLinked) {
  const item = line(isLinked ? `${display_name} is linked. ` : "");
  const button = Object.assign(document.createElement("button"), { className: "quiet" });
  button.textContent = isLinked ? `Unlink ${display_name}` : `Link ${display_name}`;
  button.addEventListener("click", () => attempt(button, $(`${security} > .fault`), async () => {
    if (!isLinked) return leave(id, "link", (await links(`/${id}`, { method: "POST" })).location);
    await links(`/${id}`, { method: "DELETE" });
    await drawFactors();
  }));
  item.append(button);
  return item;
}

press("#add-app", security, async () => {
  const { mfa_factor, secret, otpauth_url } = await sdk.auth.mfa.start({ provider: "totp" });
  $("#app").dataset.id = mfa_factor.id;
  $("#app-secret").textContent = secret;
  $("#app-link").href = otpauth_url;
  $("#app").hidden = false;
  $("#app input").focus();
});

on($("#app"), async ({ code }) => {
  const { recovery_codes } = await sdk.auth.mfa.verify($("#app").dataset.id, { code });
  $("#app").reset();
  await drawFactors(recovery_codes);
});

press("#remove-app", security, async () => {
  await sdk.auth.mfa.disable(app.id);
  await drawFactors();
});

press("#add-passkey", security, async () => {
  const { flow, public_key } = await passkeys("/options", { method: "POST" });
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(public_key);
  const credential = (await navigator.credentials.create({ publicKey })).toJSON();
  await passkeys("", { method: "POST", body: { flow, credential } });
  await drawFactors();
});

// ---- the first page --------------------------------------------------------------------------------------------------

// Passkeys are for secure pages, of the domain that the merchant has named.
const { providers } = await sdk.auth.listProviders("customer");
const takesPasskeys = Boolean(window.PublicKeyCredential) && providers.some(({ id }) => id === "passkey");
$("#by-passkey").hidden = $("#passkeys").hidden = !takesPasskeys;

// Other people's pages, on which somebody signs in.
const elsewhere = providers.filter(({ flow }) => flow === "redirect");
for (const { id, display_name } of elsewhere) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet" });
  button.textContent = `Continue with ${display_name}`;
  button.addEventListener("click", () => attempt(button, $("#sign-in .fault"), async () => {
    await leave(id, "sign-in", (await sdk.auth.login("customer", id, {})).location);
  }));
  $("#by-providers").append(button);
}

const query = Object.fromEntries(new URLSearchParams(location.search));
if (query.token) show("reset");
else if (query.state) await comeBack(query).catch(({ message }) => openAccount().catch(() => show("sign-in")).then(() => notify(message)));
else await openAccount().catch(() => show(location.hash === "#register" ? "register" : "sign-in"));
