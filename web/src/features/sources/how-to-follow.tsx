/** The commands that follow sites, and that stop following them. */
import { en } from "#/i18n/en";

export function HowToFollow() {
  return (
    <dl className="grid gap-x-6 gap-y-3 text-left text-[0.8125rem] @2xl/app:grid-cols-[auto_1fr] @2xl/app:items-center">
      {en.sources.commands.map(([what, command]) => (
        <div key={command} className="contents">
          <dt className="text-muted">{what}</dt>
          <dd>
            <code className="inline-block rounded-md border border-line bg-raised px-2.5 py-1 font-mono text-xs">{command}</code>
          </dd>
        </div>
      ))}
    </dl>
  );
}
