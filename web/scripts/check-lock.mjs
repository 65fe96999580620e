// Checks that the locks name versions and digests, never hosts: each user chooses the registry.
import { readFileSync } from "node:fs";

let wrong = 0;
for (const lock of ["../package-lock.json", "../tools/api-gen/package-lock.json"]) {
  const { packages } = JSON.parse(readFileSync(new URL(lock, import.meta.url), "utf8"));
  const hosts = Object.entries(packages).filter(([, entry]) => "resolved" in entry);
  const pinned = Object.entries(packages[""]?.devDependencies ?? {})
    .concat(Object.entries(packages[""]?.dependencies ?? {}))
    .filter(([, version]) => !/^\d/.test(version));
  for (const [name] of hosts) console.error(`${lock}: ${name} has a "resolved" key; run npm with the .npmrc of this folder`);
  for (const [name, version] of pinned) console.error(`${lock}: ${name} is ${version}; write the exact version`);
  wrong += hosts.length + pinned.length;
}
process.exitCode = wrong > 0 ? 1 : 0;
