import { expect, test } from "vitest";
import { bandName, countryName, hostOf, initials, linkable, percent, points, sentence, shortHash, signed, sureness } from "./format";
import { ago, duration, inDays, longDay, longInstant, shortAge } from "./time";

const cases: [string, unknown, unknown][] = [
  ["points drop needless decimals and round down", [80, 78.44, 0, 44.98, 0.3].map(points), ["80", "78.4", "0", "44.9", "0.3"]],
  ["signs are told, zero has none", [12.5, -3, 0.001].map(signed), ["+12.5", "−3", "0"]],
  ["a percentage rounds down, to the side of its word", [0.815, 0.749, 0.9, 0.57, 0.29, 1].map(percent), ["81 %", "74 %", "90 %", "57 %", "29 %", "100 %"]],
  ["sureness has four steps", [0.95, 0.75, 0.5, 0.1].map(sureness), [4, 3, 2, 1]],
  ["initials", ["Tallow Foods Oy", "Ærø", "  ", "x-ray"].map(initials), ["TF", "ÆR", "?", "XR"]],
  ["hosts", ["https://www.a.example/x", "not an address"].map(hostOf), ["a.example", "not an address"]],
  ["only the web can be linked", ["https://a.example/", "javascript:alert(1)", "data:text/html,x", "//a"].map(linkable), ["https://a.example/", null, null, null]],
  ["hashes", ["sha256:0123456789abcdef0123", "abc"].map(shortHash), ["01234567…0123", "abc"]],
  ["countries", ["DE", "??"].map(countryName), ["Germany", "??"]],
  ["sentences", sentence("hiring_spike"), "Hiring spike"],
  ["bands", ["hot", "not enough evidence"].map(bandName), ["hot", "cold"]],
  ["days", longDay("2026-11-04"), "4 Nov 2026"],
  ["instants", longInstant("2026-11-04T08:05:00Z"), "4 Nov 2026, 08:05 UTC"],
  ["durations", [80, 1_240, 42_000, 130_000, 7_200_000].map(duration), ["80 ms", "1.2 s", "42 s", "2 min 10 s", "2.0 h"]],
  ["days ahead", ["2026-11-27", "2026-11-24", "2026-11-20"].map((day) => inDays(day, "2026-11-24")), ["in 3 d", "today", "4 d ago"]],
];
test.each(cases)("%s", (_, shown, expected) => {
  expect(shown).toEqual(expected);
});

test("ages have minutes on a real day and days on a simulated one", () => {
  const now = new Date("2026-11-24T12:00:00Z");
  const ages = ["2026-11-24T11:59:40Z", "2026-11-24T11:20:00Z", "2026-11-24T03:00:00Z", "2026-11-20T03:00:00Z", "2026-09-20T00:00:00Z"];
  expect(ages.map((age) => shortAge(age, "2026-11-24", now))).toEqual(["now", "40 min", "9 h", "4 d", "9 w"]);
  expect(ago("2027-03-01T00:00:00Z", "2027-03-04", now)).toBe("3 d ago");
  expect(ago("2027-03-04T09:00:00Z", "2027-03-04", now)).toBe("today");
});
