// Serves the example. `PUBLISHABLE_KEY=pk_… npm start`
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const { PUBLISHABLE_KEY: key, ANTEROOM_URL: anteroom = "http://127.0.0.1:8080", PORT: port = "3000" } = process.env;
if (!key) {
  console.error("Set PUBLISHABLE_KEY to a publishable key of your workspace: README.md says how to make one.");
  process.exit(1);
}

const here = new URL(".", import.meta.url);
const bundle = await build({
  absWorkingDir: fileURLToPath(here),
  entryPoints: ["shop.js"],
  bundle: true,
  format: "esm",
  write: false,
  define: { ANTEROOM: JSON.stringify(anteroom), PUBLISHABLE_KEY: JSON.stringify(key) },
});
const files = {
  "/": ["text/html; charset=utf-8", await readFile(new URL("index.html", here))],
  "/shop.css": ["text/css; charset=utf-8", await readFile(new URL("shop.css", here))],
  "/shop.js": ["text/javascript; charset=utf-8", bundle.outputFiles[0].contents],
};
const policy = `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src ${new URL(anteroom).origin}`;

const server = createServer((request, response) => {
  const [type, content] = files[new URL(request.url, here).pathname] ?? [];
  response.writeHead(content ? 200 : 404, {
    "content-type": type ?? "text/plain",
    "content-security-policy": policy,
    // The address of a link to choose another password holds its token.
    "referrer-policy": "no-referrer",
  });
  response.end(content ?? "Not found");
});
// The same host as Anteroom's: browsers send a SameSite=Lax cookie within a site only, and a port makes no other site.
server.listen(Number(port), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
