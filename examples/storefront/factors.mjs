// A second factor with @medusajs/js-sdk, against a running server:
//
//   ANTEROOM_URL=http://127.0.0.1:8080 PUBLISHABLE_KEY=pk_… node factors.mjs jwt|session
//
// It ends with 0 when every answer was what the SDK's users expect.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { cookies, newShop } from "./browserless.mjs";

const { ANTEROOM_URL: baseUrl, PUBLISHABLE_KEY: publishableKey } = process.env;
const mode = process.argv[2];
assert.ok(["jwt", "session"].includes(mode), "say jwt or session");
assert.ok(baseUrl && publishableKey, "set ANTEROOM_URL and PUBLISHABLE_KEY");

/** What an authenticator app shows: RFC 6238, a step of 30 seconds that is `later` than now. */
function codeOf(secret, later = 0) {
  const bits = [...secret].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const digest = createHmac("sha1", key).update(step).digest();
  const number = digest.readUInt32BE(digest.at(-1) & 15) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, "0");
}
const refused = (call, status) => assert.rejects(call, (error) => error.status === status);

const email = `${mode}-${Date.now()}@example.com`;
const password = "correct horse battery";
const shop = newShop(baseUrl, publishableKey, mode);
const { auth, store } = shop;
const token = await auth.register("customer", "emailpass", { email, password });
await store.customer.create({ email }, {}, { Authorization: `Bearer ${token}` });
await auth.login("customer", "emailpass", { email, password });

// An app is added, and protects the account from its first code on.
assert.deepEqual((await auth.mfa.list()).mfa_factors, []);
const { mfa_factor, secret, otpauth_url } = await auth.mfa.start({ provider: "totp", label: "Phone" });
assert.equal(mfa_factor.status, "pending");
assert.ok(otpauth_url.startsWith("otpauth://totp/"));
// Of the step before, so that the code of now is good yet.
const enabled = await auth.mfa.verify(mfa_factor.id, { code: codeOf(secret, -1) });
assert.deepEqual([enabled.mfa_factor.status, enabled.recovery_codes.length], ["enabled", 10]);
assert.equal((await store.customer.retrieve()).customer.email, email);
const { recovery_codes } = await auth.mfa.generateRecoveryCodes();
await auth.logout();

// From then on a sign-in waits.
async function waiting() {
  const result = await auth.login("customer", "emailpass", { email, password });
  assert.equal(result.mfa_required, true);
  assert.equal(cookies.has("connect.sid"), false);
  await refused(store.customer.retrieve(), 401);
  return result.mfa_challenge.id;
}
await refused(auth.mfa.verifyChallenge(await waiting(), { method: "totp", code: "abcdef" }), 401);
const code = codeOf(secret);
assert.equal(typeof (await auth.mfa.verifyChallenge(await waiting(), { method: "totp", code })), "string");
assert.equal(cookies.has("connect.sid"), mode === "session");
assert.equal((await store.customer.retrieve()).customer.email, email);
await auth.refresh();
await auth.logout();

// A recovery code will do, once; then the app goes.
await auth.mfa.verifyChallenge(await waiting(), { method: "recovery_code", code: recovery_codes[0] });
await auth.logout();
const again = await waiting();
await refused(auth.mfa.verifyChallenge(again, { method: "recovery_code", code: recovery_codes[0] }), 401);
await auth.mfa.verifyChallenge(again, { method: "recovery_code", code: recovery_codes[1] });
assert.equal((await auth.mfa.disable(mfa_factor.id)).mfa_factor.id, mfa_factor.id);
await auth.logout();
assert.equal(typeof (await auth.login("customer", "emailpass", { email, password })), "string");
console.log(`${mode}: protected, and let go`);
