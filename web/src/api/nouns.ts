/** The nouns of the API under the names this app uses. */
import type { components } from "./schema";

/**
 * An answer as it comes: the document calls what may be null optional as well, but the server leaves
 * no field out.
 */
export type Settled<Value> = Value extends (infer Item)[]
  ? Settled<Item>[]
  : Value extends object
    ? { [Name in keyof Value]-?: Settled<Exclude<Value[Name], undefined>> }
    : Value;

type Requests = components["schemas"];
type Schemas = { [Name in keyof Requests]: Settled<Requests[Name]> };

export type Signal = Schemas["Signal"];
export type SignalPage = Schemas["SearchPage"];
export type ScoreComponents = Schemas["ComponentsShown"];
export type Evidence = Schemas["EvidenceShown"];
export type EvidenceInText = Schemas["ProvenEvidence"];
export type Lead = Schemas["LeadPage"];
export type Score = Schemas["ScoreShown"];
export type Contribution = Schemas["ContributionShown"];
export type RiverEvent = Schemas["RiverEntry"];
export type Join = Schemas["JoinShown"];
export type Status = Schemas["Status"];
export type Trouble = Schemas["TroubleShown"];
export type FeedbackGiven = Requests["Word"];
export type Outcome = "won" | "lost" | "ignore";
