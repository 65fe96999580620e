/** The state of the stream, its rate and its delay; pressing it pauses the stream. */
import { Pause, Play } from "lucide-react";
import clsx from "clsx";
import { en } from "#/i18n/en";
import { duration } from "#/lib/time";
import { live, useLive } from "./live";
import { useStatus } from "./status";

export function LiveBadge() {
  const { connection, paused, held } = useLive();
  const status = useStatus();
  const open = connection === "open" && !paused;
  const word = paused ? en.live.words.paused : en.live.words[connection];
  return (
    <div className="figures flex items-center gap-3 text-xs text-muted">
      {status?.mode === "demo" && (
        <span title={en.live.demoTitle} className="rounded border border-edge px-1.5 py-0.5 text-2xs font-medium @max-2xl/app:hidden">
          {en.live.demo}
        </span>
      )}
      {status && (
        <span className="flex gap-3 @max-5xl/app:hidden">
          <span title={en.live.perMinuteTitle}>{en.live.perMinute(status.events_per_minute)}</span>
          {status.lag_ms && (
            <span title={en.live.lagTitle(duration(status.lag_ms.p50), duration(status.lag_ms.p99))}>{en.live.lag(duration(status.lag_ms.p50))}</span>
          )}
        </span>
      )}
      <button
        type="button"
        data-hint={`${paused ? en.live.resume : en.live.pause} (l)`}
        aria-pressed={paused}
        data-testid="live"
        onClick={() => live.pause(!paused)}
        className="flex h-8 items-center gap-2 rounded-full border border-line bg-raised pr-2.5 pl-3 font-medium text-ink hover:border-edge"
      >
        <span className={clsx("size-2 rounded-full", open ? "breathing bg-good" : connection === "waiting" ? "bg-warm" : "bg-cold")} aria-hidden="true" />
        <span aria-live="polite">{word}</span>
        {paused && held > 0 && <span className="text-muted">{en.live.held(held)}</span>}
        {paused ? <Play size="0.75rem" aria-hidden="true" /> : <Pause size="0.75rem" aria-hidden="true" />}
      </button>
    </div>
  );
}
