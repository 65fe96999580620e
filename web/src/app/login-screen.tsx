/** Asks for the token once; it opens a session, in a cookie that scripts cannot read. */
import { type FormEvent, useState } from "react";
import { useRouter, useSearch } from "@tanstack/react-router";
import { Problem } from "#/api/client";
import { queryClient, signIn } from "#/api/queries";
import { Button } from "#/components/ui/button";
import { en } from "#/i18n/en";
import { addressAfterLogin } from "#/lib/address";
import { Wordmark } from "./wordmark";

export function LoginScreen() {
  const { next } = useSearch({ from: "/login" });
  const router = useRouter();
  const [token, setToken] = useState("");
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    try {
      await signIn(token.trim());
      queryClient.clear();
      router.history.push(addressAfterLogin(next, location.origin));
    } catch (problem) {
      setWrong(problem instanceof Problem && problem.status === 401 ? en.login.wrong : (problem as Error).message);
      setBusy(false);
    }
  }

  return (
    <main id="content" className="grid h-full place-items-center px-4">
      <form onSubmit={(event) => void submit(event)} className="flex w-full max-w-sm flex-col gap-5 rounded-xl border border-line bg-surface p-7 shadow-float">
        <Wordmark />
        <div>
          <h1 className="text-lg font-semibold">{en.login.title}</h1>
          <p className="mt-1 text-muted">
            {en.login.body} <code className="font-mono text-xs text-ink">{en.login.command}</code>.
          </p>
        </div>
        <label className="flex flex-col gap-1.5 font-medium">
          {en.login.label}
          <input
            type="password"
            autoComplete="current-password"
            required
            value={token}
            onChange={(event) => setToken(event.target.value)}
            aria-invalid={wrong !== ""}
            aria-describedby="wrong"
            placeholder="lq_…"
            className="h-10 rounded-md border border-edge bg-canvas px-3 font-mono font-normal placeholder:text-muted"
          />
        </label>
        <p id="wrong" role="alert" className="text-bad empty:hidden">
          {wrong}
        </p>
        <Button type="submit" tone="primary" disabled={busy} className="h-10 justify-center">
          {en.login.submit}
        </Button>
      </form>
    </main>
  );
}
