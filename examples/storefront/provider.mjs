// Signing in on a provider's page with @medusajs/js-sdk, against a running server and an issuer whose page sends browsers back at once:
//
//   ANTEROOM_URL=http://127.0.0.1:8080 PUBLISHABLE_KEY=pk_… PROVIDER=keycloak EMAIL=ada@example.com node provider.mjs jwt|session
//
// EMAIL is whom the issuer signs in. It ends with 0 when every answer was what the SDK's users expect.
import assert from "node:assert/strict";
import { cookies, newShop, plainFetch } from "./browserless.mjs";

const { ANTEROOM_URL: baseUrl, PUBLISHABLE_KEY: publishableKey, PROVIDER: provider, EMAIL: email } = process.env;
const mode = process.argv[2];
assert.ok(["jwt", "session"].includes(mode), "say jwt or session");
assert.ok(baseUrl && publishableKey && provider && email, "set ANTEROOM_URL, PUBLISHABLE_KEY, PROVIDER and EMAIL");

const shop = newShop(baseUrl, publishableKey, mode);
const { providers } = await shop.auth.listProviders("customer");
assert.equal(providers.find(({ id }) => id === provider)?.flow, "redirect");

/** What the page adds to the address that it sends a browser back to. */
async function visit(page) {
  const back = (await plainFetch(page, { redirect: "manual" })).headers.get("location");
  return Object.fromEntries(new URL(back).searchParams);
}

// Twice: the first time makes the customer, the second one finds them.
const seen = new Set();
for (const round of [1, 2]) {
  const { location } = await shop.auth.login("customer", provider, {});
  assert.ok(location, `round ${round}: somewhere to go`);
  const query = await visit(location);
  const token = await shop.auth.callback("customer", provider, query);
  assert.equal(typeof token, "string");
  assert.ok(JSON.parse(Buffer.from(token.split(".")[1], "base64url")).actor_id, "the token speaks for a customer");
  assert.equal(cookies.has("connect.sid"), mode === "session");
  const { customer } = await shop.store.customer.retrieve();
  assert.equal(customer.email, email);
  seen.add(customer.id);
  await assert.rejects(shop.auth.callback("customer", provider, query), (error) => error.status === 400);
  await shop.auth.refresh();
  await shop.auth.logout();
}
assert.equal(seen.size, 1);

// Linking it once more, by who is signed in with it, changes nothing.
const { location } = await shop.auth.login("customer", provider, {});
await shop.auth.callback("customer", provider, await visit(location));
const links = (path = "", init = {}) => shop.client.fetch(`/store/customers/me/providers${path}`, init);
assert.deepEqual((await links()).providers.map(({ email }) => email), [email]);
const sent = await links(`/${provider}`, { method: "POST" });
const again = await links(`/${provider}/callback`, { method: "POST", query: await visit(sent.location) });
assert.equal(again.provider.provider, provider);
// It is the last way in, and stays.
await assert.rejects(links(`/${provider}`, { method: "DELETE" }), (error) => error.status === 400);
await shop.auth.logout();
console.log(`${mode}: signed in, and linked`);
