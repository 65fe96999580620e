/** Text from outside in a line with other text: its direction does not reorder the rest. */
import { Fragment } from "react";
import type { Signal } from "#/api/nouns";

export function Outside({ children }: { children: string }) {
  return <bdi>{children}</bdi>;
}

/** The company of a signal and its kind. */
export function SignalTitle({ signal }: { signal: Signal }) {
  return (
    <>
      <Outside>{signal.company.name}</Outside>: {signal.title}
    </>
  );
}

/** Several texts in a line; those that are missing are left out. */
export function OutsideList({ texts }: { texts: (string | null)[] }) {
  const known = texts.filter((text) => text !== null && text !== "");
  return known.map((text, index) => (
    // Texts may repeat; their position does not.
    // oxlint-disable-next-line react/no-array-index-key
    <Fragment key={index}>
      {index > 0 && " · "}
      <bdi>{text}</bdi>
    </Fragment>
  ));
}
