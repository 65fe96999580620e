/** The facts about the company, and the records they are from. */
import type { Lead } from "#/api/nouns";
import { Panel } from "#/components/panel";
import { en } from "#/i18n/en";
import { countryName, sentence } from "#/lib/format";

export function Facts({ company }: { company: Lead["company"] }) {
  const { fact } = en.company;
  const known: [string, string | null][] = [
    [fact.domain, company.domain],
    [fact.country, company.country && countryName(company.country)],
    [fact.industry, company.industry],
    [fact.size, company.size === null ? null : company.size.toLocaleString("en")],
    [fact.revenue, company.revenue],
  ];
  const rows = known.filter(([, value]) => value !== null && value !== "");
  const lists: [string, string[]][] = [
    [fact.tech, company.tech],
    [fact.employees, company.employees],
  ];
  const filled = lists.filter(([, values]) => values.length > 0);
  return (
    <Panel title={en.company.facts}>
      {rows.length + filled.length === 0 && <p className="text-muted">{en.company.noFacts}</p>}
      <dl className="flex flex-col gap-2 text-[0.8125rem]">
        {rows.map(([name, value]) => (
          <div key={name} className="flex justify-between gap-4">
            <dt className="text-muted">{name}</dt>
            <dd className="min-w-0 text-right">{value}</dd>
          </div>
        ))}
        {filled.map(([name, values]) => (
          <div key={name} className="mt-1">
            <dt className="mb-1.5 text-muted">{name}</dt>
            <dd>
              <Tags values={values} />
            </dd>
          </div>
        ))}
      </dl>
      {company.sources.length > 0 && <Sources sources={company.sources} />}
    </Panel>
  );
}

function Tags({ values }: { values: string[] }) {
  return (
    <ul className="flex flex-wrap gap-1.5">
      {values.map((value) => (
        <li key={value} className="rounded-md border border-line bg-raised px-2 py-0.5 text-xs">
          {value}
        </li>
      ))}
    </ul>
  );
}

/** The records behind the facts, each a kind and a value: "domain:acme.example". */
function Sources({ sources }: { sources: string[] }) {
  return (
    <div className="mt-4 border-t border-line pt-3">
      <h3 className="mb-1.5 text-xs text-muted">{en.company.provenance}</h3>
      <ul className="flex flex-col gap-1 text-xs">
        {sources.map((source) => {
          const cut = source.indexOf(":");
          return (
            <li key={source} className="flex justify-between gap-4">
              <span className="text-muted">{sentence(source.slice(0, Math.max(cut, 0)))}</span>
              <span className="min-w-0 text-right font-mono break-all">{source.slice(cut + 1)}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
