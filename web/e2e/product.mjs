// Tests the product: starts the demonstration of the built program and runs the tests of the wall
// and the company page against it in a browser. Usage: node e2e/product.mjs PATH-OF-LEADQ
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

/** The minimum number of signals that the tests need. */
const SIGNALS_MIN = 10;
const PATIENCE_MS = 360_000;
/**
 * The history counts as processed after this time without new signals; the tests compare counts.
 */
const QUIET_MS = 8_000;
const TESTS = ["e2e/wall.test.mjs", "e2e/company.test.mjs"];

const program = process.argv[2];
if (program === undefined) throw new Error("say where leadq is: node e2e/product.mjs PATH");

const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const begun = Date.now();
const leadq = spawn(program, ["demo", "--listen", `127.0.0.1:${port}`, "--quiet"], { stdio: ["ignore", "pipe", "inherit"] });
const ended = once(leadq, "exit");
let printed = "";
leadq.stdout.on("data", (words) => (printed += words));
let code = 1;
try {
  await signals();
  const tests = spawn(process.execPath, ["--test", "--test-concurrency=1", ...TESTS], { stdio: "inherit", env: { ...process.env, LEADQ_URL: url } });
  [code] = await once(tests, "exit");
} finally {
  leadq.kill("SIGTERM");
  await ended;
  console.log(`# ${printed.trim()}`);
}
// The crawler must have been polite all the time.
const polite = printed.includes(" 0 of them against the rules of hosts");
process.exit(polite ? (code ?? 1) : 1);

/** Finds a free port. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: free } = server.address();
  server.close();
  await once(server, "close");
  return free;
}

/** Waits until there are enough signals, prints the time, and waits until no more arrive. */
async function signals() {
  let [before, since, told] = [0, Date.now(), false];
  for (;;) {
    const answer = await fetch(`${url}/api/v1/signals/search?limit=1`).catch(() => undefined);
    const total = answer?.ok ? (await answer.json()).total : 0;
    if (total !== before) [before, since] = [total, Date.now()];
    if (total >= SIGNALS_MIN && !told) {
      console.log(`# ${total} signals on the wall ${((Date.now() - begun) / 1000).toFixed(0)} s after the start`);
      told = true;
    }
    if (told && Date.now() - since > QUIET_MS) return;
    if (leadq.exitCode !== null) throw new Error(`leadq ended with ${leadq.exitCode}`);
    if (Date.now() - begun > PATIENCE_MS) throw new Error(`only ${total} signals after ${PATIENCE_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
