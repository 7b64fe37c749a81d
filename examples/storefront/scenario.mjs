// Everything that @medusajs/js-sdk asks about a customer, in the order of a first visit, against a running server:
//
//   ANTEROOM_URL=http://127.0.0.1:8080 PUBLISHABLE_KEY=pk_… OUTBOX=data/outbox ACCESS_TOKEN=anteroom_wat_… node scenario.mjs jwt|session
//
// OUTBOX is the folder into which the server writes its mails, ACCESS_TOKEN may write the workspace's settings. It ends with 0 when every answer was what the SDK's users
// expect, and says which was not otherwise.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { cookies, newShop as shopOf, plainFetch, seen } from "./browserless.mjs";

const { ANTEROOM_URL: baseUrl, PUBLISHABLE_KEY: publishableKey, OUTBOX: outbox, ACCESS_TOKEN: accessToken } = process.env;
const mode = process.argv[2];
assert.ok(["jwt", "session"].includes(mode), "say jwt or session");
assert.ok(baseUrl && publishableKey && outbox && accessToken, "set ANTEROOM_URL, PUBLISHABLE_KEY, OUTBOX and ACCESS_TOKEN");

const newShop = () => shopOf(baseUrl, publishableKey, mode);
const refused = (call, status, message) =>
  assert.rejects(call, (error) => {
    assert.deepEqual([error.status, error.message], [status, message]);
    return true;
  });

const email = `${mode}-${Date.now()}@example.com`;
const password = "correct horse battery";
const shop = newShop();
const { customer: own } = shop.store;
const nobody = "Unauthorized: sign in first, with a Bearer token or the session cookie";

// The providers, and a visitor who is nobody.
assert.deepEqual(await shop.auth.listProviders("customer"), {
  providers: [{ id: "emailpass", identifier: "emailpass", display_name: "Email and password", flow: "credentials" }],
});
await refused(own.retrieve(), 401, nobody);
await refused(shop.auth.login("customer", "emailpass", { email, password }), 401, "Invalid email or password");
await refused(shop.auth.login("customer", "emailpass", { email }), 401, "Password should be a string");
await refused(
  shop.auth.callback("customer", "emailpass", { code: "1", state: "2" }),
  401,
  "The auth provider emailpass has no callback: sign in with credentials",
);
assert.deepEqual(seen.at(-1).method, "GET");

// Register and make the customer.
const registration = await shop.auth.register("customer", "emailpass", { email, password });
assert.equal(typeof registration, "string");
const bearer = { Authorization: `Bearer ${registration}` };
const made = await own.create({ email, first_name: "Ada", metadata: { source: "web" } }, { fields: "*addresses" }, bearer);
assert.deepEqual([made.customer.email, made.customer.first_name, made.customer.has_account], [email, "Ada", true]);
await refused(shop.auth.register("customer", "emailpass", { email, password }), 401, "Identity with email already exists");

// Sign in; whatever token the client still has makes no difference.
const token = await shop.auth.login("customer", "emailpass", { email, password });
assert.equal(typeof token, "string");
assert.equal(cookies.has("connect.sid"), mode === "session");
const { customer: me } = await own.retrieve();
assert.deepEqual([me.id, me.email, me.addresses, me.metadata], [made.customer.id, email, [], { source: "web" }]);
assert.equal((await own.retrieve({ fields: "*orders" })).customer.orders.length, 0);
assert.deepEqual((await own.retrieve({ fields: "email" })).customer, { id: me.id, email });
const updated = await own.update({ last_name: "Lovelace", phone: "+44 20 7946 0000" });
assert.deepEqual([updated.customer.first_name, updated.customer.last_name], ["Ada", "Lovelace"]);
await refused(own.update({ email: "other@example.com" }), 400, "Invalid request: Unrecognized fields: 'email'");

// The address book.
const home = { address_name: "Home", address_1: "12 St James's Square", city: "London", country_code: "gb" };
const first = (await own.createAddress({ ...home, is_default_shipping: true })).customer.addresses[0];
assert.deepEqual([first.city, first.customer_id, first.is_default_shipping], ["London", me.id, true]);
const second = (await own.createAddress({ city: "Berlin", country_code: "de" })).customer.addresses[1];
const moved = await own.updateAddress(second.id, { city: "Potsdam", is_default_shipping: true });
assert.equal(moved.customer.default_shipping_address_id, second.id);
assert.deepEqual(moved.customer.addresses.map((one) => one.is_default_shipping), [false, true]);
const listed = await own.listAddress();
assert.deepEqual([listed.addresses.map((one) => one.id), listed.count, listed.offset, listed.limit], [[first.id, second.id], 2, 0, 50]);
const narrowed = await own.listAddress({ city: ["London", "Rome"], fields: "city", order: "-created_at", limit: 1 });
assert.deepEqual(narrowed, { addresses: [{ id: first.id, city: "London" }], count: 1, offset: 0, limit: 1 });
assert.equal((await own.listAddress({ q: "SQUARE", city: { $ne: "Potsdam" } })).count, 1);
assert.equal((await own.retrieveAddress(second.id)).address.city, "Potsdam");
const removed = await own.deleteAddress(second.id);
assert.deepEqual([removed.id, removed.object, removed.deleted, removed.parent.id], [second.id, "address", true, me.id]);
await refused(own.retrieveAddress(second.id), 404, `Address with id: ${second.id} was not found`);
await refused(own.listAddress({ expand: "customer" }), 400, "Invalid request: Unrecognized fields: 'expand'");

// Refresh: by the token, or by the cookie alone.
const refreshed = await shop.auth.refresh();
assert.notEqual(refreshed, token);
const refreshing = seen.findLast((call) => call.path === "/auth/token/refresh");
assert.equal(refreshing.headers.has("authorization"), mode === "jwt");
assert.equal((await own.retrieve()).customer.id, me.id);

// Sign out.
const oldCookie = cookies.get("connect.sid");
await shop.auth.logout();
// The cookie by which the account knows the browser stays; it opens nothing.
assert.equal(cookies.has("connect.sid"), false);
await refused(own.retrieve(), 401, nobody);
if (mode === "session") {
  cookies.set("connect.sid", oldCookie);
  await refused(own.retrieve(), 401, "Unauthorized: the session cookie is invalid, expired or revoked");
  cookies.clear();
}

// Another password, by the token of a mail.
await refused(shop.auth.resetPassword("customer", "emailpass", {}), 400, "Invalid request: Field 'identifier' is required");
await shop.auth.resetPassword("customer", "emailpass", { identifier: "nobody@example.com" });
await shop.auth.resetPassword("customer", "emailpass", { identifier: email });
const another = "another battery staple";
await refused(shop.auth.updateProvider("customer", "emailpass", { password: another }, "x"), 401, "Unauthorized: the Bearer token is invalid, expired or revoked");
const mailed = await tokenOfMail();
await shop.auth.updateProvider("customer", "emailpass", { password: another }, mailed);
await refused(shop.auth.updateProvider("customer", "emailpass", { password }, mailed), 401, "Unauthorized: the Bearer token is invalid, expired or revoked");
await refused(shop.auth.login("customer", "emailpass", { email, password }), 401, "Invalid email or password");
await shop.auth.login("customer", "emailpass", { email, password: another });
assert.equal((await own.retrieve()).customer.addresses.length, 1);

// A code by mail, for somebody who is no customer yet, once the merchant wants that.
const letter = { email: `code-${email}` };
await setCodes(true);
const { location } = await shop.auth.login("customer", "otp", letter);
const flow = new URL(location).searchParams.get("flow");
await refused(shop.auth.callback("customer", "otp", { flow, code: "1" }), 401, "The code is wrong, was used before or has expired");
await shop.auth.callback("customer", "otp", { flow, code: await codeOfMail(letter.email) });
assert.equal((await own.retrieve()).customer.email, letter.email);
await setCodes(false);

// Every call looked as the SDK makes them.
for (const { method, path, headers } of seen) {
  assert.equal(headers.get("content-type"), "application/json", `${method} ${path}`);
  assert.equal(headers.get("x-medusa-locale"), "", `${method} ${path}`);
}
console.log(`${mode}: ${seen.length} calls`);

/** Switches codes on or off, as the merchant's server does. */
async function setCodes(otp) {
  const headers = { authorization: `Bearer ${accessToken}`, "content-type": "application/json" };
  const body = JSON.stringify({ providers: { otp } });
  const answer = await plainFetch(`${baseUrl}/api/workspace`, { method: "PATCH", headers, body });
  assert.equal(answer.status, 200);
}

/** The files of mails; one that is being written has another name. */
async function mails() {
  const names = await readdir(outbox).catch(() => []);
  return names.filter((name) => name.endsWith(".eml"));
}

/** The code that was mailed there, once the mail has been written into the outbox. */
async function codeOfMail(address) {
  for (let tries = 0; tries < 600; tries += 1) {
    for (const name of await mails()) {
      const mail = await readFile(`${outbox}/${name}`, "utf8");
      const [, code] = mail.match(/^Subject: (\d{4} \d{4})/m) ?? [];
      if (mail.includes(address) && code) return code;
    }
    await sleep(100);
  }
  return assert.fail(`no code to ${address} in ${outbox}`);
}

/** The token of the link that was mailed to the customer, once it has been written into the outbox. */
async function tokenOfMail() {
  for (let tries = 0; tries < 600; tries += 1) {
    for (const name of await mails()) {
      // Soft line breaks of quoted-printable, and the equals signs that it writes as =3D.
      const mail = (await readFile(`${outbox}/${name}`, "utf8")).replace(/=\r?\n/g, "").replace(/=3D/g, "=");
      const [token] = mail.match(/anteroom_[a-z]{3}_[0-9A-Za-z]{49}/) ?? [];
      if (mail.includes(email) && token) return token;
    }
    await sleep(100);
  }
  return assert.fail(`no mail to ${email} in ${outbox}`);
}
