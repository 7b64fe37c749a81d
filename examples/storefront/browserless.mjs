// A shop's page without a browser: the SDK, and a jar for the cookies that Node does not keep by itself.
import { createRequire } from "node:module";

// Node.js before 20.19 does not take the SDK's ES modules for what they are.
const { default: Medusa } = createRequire(import.meta.url)("@medusajs/js-sdk");

/** The cookies, by their names. */
export const cookies = new Map();
/** Every request that was sent with `fetch`, in order. */
export const seen = [];
/** `fetch` as it is without the jar. */
export const plainFetch = globalThis.fetch;

globalThis.fetch = async (url, init) => {
  const headers = new Headers(init.headers);
  if (init.credentials === "include" && cookies.size > 0) {
    headers.set("cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
  }
  const response = await plainFetch(url, { ...init, headers });
  for (const cookie of init.credentials === "include" ? response.headers.getSetCookie() : []) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
    if (/max-age=0/i.test(cookie)) cookies.delete(name);
    else cookies.set(name, value);
  }
  seen.push({ method: init.method ?? "GET", path: new URL(url).pathname, headers, status: response.status });
  return response;
};

/** The SDK as a page that keeps a JWT has it, or one that keeps a cookie. */
export const newShop = (baseUrl, publishableKey, mode) =>
  new Medusa({
    baseUrl,
    publishableKey,
    auth: mode === "jwt" ? { type: "jwt", jwtTokenStorageMethod: "memory" } : { type: "session" },
  });
