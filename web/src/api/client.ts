/** The typed client: every call of the API goes through `answer`. */
import createClient from "openapi-fetch";
import { en } from "#/i18n/en";
import { cleaned } from "#/lib/outside";
import type { Settled } from "./nouns";
import type { paths } from "./schema";

/** An error response of the API, with its remedy. */
export class Problem extends Error {
  readonly status: number;
  /** The id of the request in the server's log. */
  readonly instance: string | null;

  constructor(status: number, message: string, instance: string | null = null) {
    super(message);
    this.name = "Problem";
    this.status = status;
    this.instance = instance;
  }
}

/** Builds the problem from the body of an error response (application/problem+json). */
export function problemOf(status: number, body: unknown): Problem {
  const said = (body ?? {}) as { detail?: unknown; title?: unknown; instance?: unknown };
  const words = [said.detail, said.title].find((word) => typeof word === "string" && word !== "");
  const instance = typeof said.instance === "string" ? said.instance : null;
  return new Problem(status, typeof words === "string" ? words : en.problem.status(status), instance);
}

export const api = createClient<paths>({ baseUrl: "/", credentials: "same-origin" });

/** Returns the cleaned body of a successful response; throws a `Problem` for an error or no response. */
export async function answer<Body>(
  call: Promise<{ data?: Body; error?: unknown; response: Response }>,
): Promise<Settled<Body>> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new Problem(0, en.problem.unreachable);
  });
  if (!response.ok) throw problemOf(response.status, cleaned(error));
  return cleaned(data) as Settled<Body>;
}
