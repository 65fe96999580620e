/** The typed client: every call of the API goes through `answer`. */
import createClient from "openapi-fetch";
import { en } from "#/i18n/en";
import type { Settled } from "./nouns";
import type { paths } from "./schema";

/** An answer of the API that is not the one hoped for, with what to do about it. */
export class Problem extends Error {
  readonly status: number;
  /** The request's id, to be found in the server's log. */
  readonly instance: string | null;

  constructor(status: number, message: string, instance: string | null = null) {
    super(message);
    this.name = "Problem";
    this.status = status;
    this.instance = instance;
  }
}

/** The problem that an answer's body (application/problem+json) describes. */
export function problemOf(status: number, body: unknown): Problem {
  const said = (body ?? {}) as { detail?: unknown; title?: unknown; instance?: unknown };
  const words = [said.detail, said.title].find((word) => typeof word === "string" && word !== "");
  const instance = typeof said.instance === "string" ? said.instance : null;
  return new Problem(status, typeof words === "string" ? words : en.problem.status(status), instance);
}

export const api = createClient<paths>({ baseUrl: "/", credentials: "same-origin" });

/** The body of a good answer; throws a `Problem` for any other, and for no answer at all. */
export async function answer<Body>(
  call: Promise<{ data?: Body; error?: unknown; response: Response }>,
): Promise<Settled<Body>> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new Problem(0, en.problem.unreachable);
  });
  if (!response.ok) throw problemOf(response.status, error);
  return data as Settled<Body>;
}
