/** The nouns of the API under the names this app uses. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Signal = Schemas["Signal"];
export type SignalPage = Schemas["SignalPage"];
export type Facet = Schemas["Facet"];
export type Company = Schemas["Company"];
export type ScoreComponents = Schemas["Components"];
export type Evidence = Schemas["Evidence"];
export type EvidenceInText = Schemas["EvidenceInText"];
export type Lead = Schemas["Lead"];
export type Score = Schemas["Score"];
export type Contribution = Schemas["Contribution"];
export type RiverEvent = Schemas["RiverEvent"];
export type Join = Schemas["Join"];
export type Status = Schemas["Status"];
export type FeedbackGiven = Schemas["FeedbackGiven"];
export type Outcome = FeedbackGiven["outcome"];
