// Serves the built app as leadq does (nonce, content security policy, fallback) on the fake API.
import { createServer } from "node:http";
import { readFileSync, statSync } from "node:fs";
import { join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { randomBytes } from "node:crypto";
import { Api, problem } from "./api.mjs";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));
const KINDS = { js: "text/javascript", css: "text/css", svg: "image/svg+xml", html: "text/html; charset=utf-8" };

function file(path) {
  const full = join(dist, normalize(path));
  return full.startsWith(dist) && statSync(full, { throwIfNoEntry: false })?.isFile() ? readFileSync(full) : undefined;
}

function app(request, response, path) {
  const found = path === "/" ? undefined : file(path);
  if (found) {
    response.writeHead(200, { "content-type": KINDS[path.split(".").pop()] ?? "application/octet-stream" });
    return response.end(found);
  }
  const nonce = randomBytes(16).toString("base64");
  response.writeHead(200, {
    "content-type": KINDS.html,
    "content-security-policy": `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'`,
  });
  return response.end(readFileSync(join(dist, "index.html"), "utf8").replace('name="csp-nonce" content=""', `name="csp-nonce" content="${nonce}"`));
}

async function read(request) {
  let text = "";
  for await (const part of request) text += part;
  return text === "" ? undefined : JSON.parse(text);
}

/** Starts the server, on a free port by default; returns {url, api, close}. */
export async function start({ port = 0, ...options } = {}) {
  if (!file("index.html")) throw new Error("the app is not built: npm run build");
  const api = new Api(options);
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    if (!pathname.startsWith("/api/v1/")) return app(request, response, pathname);
    const path = pathname.slice("/api/v1".length);
    const body = await read(request);
    const json = (status, answer) => {
      response.writeHead(status, { "content-type": status < 400 ? "application/json" : "application/problem+json" });
      response.end(JSON.stringify(answer));
    };
    if (path === "/login") {
      if (body?.token !== api.token) return json(401, problem(401, "this token is not known"));
      response.writeHead(204, { "set-cookie": `leadq=${api.token}; HttpOnly; SameSite=Lax; Path=/` });
      return response.end();
    }
    if (api.token !== null && !request.headers.cookie?.includes(`leadq=${api.token}`)) return json(401, problem(401, "sign in first"));
    if (path === "/stream") return api.stream.open(request, response, searchParams.get("position"));
    const [status, answer] = api.answer(request.method, path, searchParams, body) ?? [404, problem(404, "no such address")];
    return json(status, answer);
  });
  await new Promise((ready) => server.listen(port, "127.0.0.1", ready));
  const close = () => {
    api.stream.churn(0);
    api.stream.cut();
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, api, close };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url, api } = await start({ port: 8787 });
  setInterval(() => api.arrive(), 5_000);
  console.log(`made-up API and built app on ${url}`);
}
