import { expect, test } from "vitest";
import { addressAfterLogin } from "./address";

const ORIGIN = "http://localhost:8080";

test("a login leads to the address in this app that was wanted", () => {
  for (const next of ["/", "/?sort=score&q=a%20b", "/companies/c1?evidence=s1#top", "/companies/c1", "/log", "/logins", "/?next=/login", "/?u=https://evil.example//x"]) {
    expect(addressAfterLogin(next, ORIGIN), next).toBe(next);
  }
  expect(addressAfterLogin("/a/../companies/./c1", ORIGIN)).toBe("/companies/c1");
  expect(addressAfterLogin("/a\t\n/b", ORIGIN)).toBe("/a/b");
});

test("it leads to no other site, not back to the login, and never nowhere", () => {
  const hostile: unknown[] = [
    "https://evil.example/",
    "http:evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n\\evil.example",
    "/\r/evil.example",
    "\t//evil.example",
    " //evil.example",
    " /companies/c1",
    "/.//evil.example",
    "/..//evil.example",
    "/a/..//evil.example",
    "/%2e//evil.example",
    "/./\\evil.example",
    "//localhost:8080@evil.example",
    "//localhost:8080/",
    "http://localhost:8080/",
    "@evil.example",
    ".evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "blob:http://localhost:8080/x",
    "//[",
    "/%",
    "/%E0%A4%A",
    "/login",
    "/login/",
    "/login//",
    "/LOGIN",
    "/%6Cogin",
    "/login?next=/login",
    "/login#x",
    "/./login",
    "/companies/../login",
    "companies/c1",
    "",
    undefined,
    null,
    45,
    true,
    ["/a"],
    { next: "/a" },
  ];
  for (const next of hostile) expect(addressAfterLogin(next, ORIGIN), JSON.stringify(next)).toBe("/");
});
