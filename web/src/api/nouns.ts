/** The types of the API under the names that this app uses. */
import type { components } from "./schema";

/**
 * A response without optional fields: the API document marks nullable fields as optional too, but
 * the server never omits a field.
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
export type Outcome = "won" | "lost" | "ignore" | "snooze";
export type Settlement = Schemas["SettlementShown"];
export type Site = Schemas["FollowedCompany"];
export type Endpoint = Schemas["EndpointShown"];
