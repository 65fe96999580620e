/** A score as an arc with its number in the middle, optionally with the band below. */
import { en } from "#/i18n/en";
import { bandName, points } from "#/lib/format";

const RADIUS = 20;
const ROUND = 2 * Math.PI * RADIUS;

interface Props {
  score: number;
  band: string;
  /** Width in pixels at the usual size of text. */
  size: number;
  word?: boolean;
}

export function ScoreRing({ score, band, size, word = false }: Props) {
  const share = Math.min(Math.max(score / 100, 0), 1);
  const name = bandName(band);
  const height = word ? 62 : 48;
  return (
    <svg
      viewBox={`0 0 48 ${height}`}
      width={`${size / 16}rem`}
      height={`${(size * height) / 48 / 16}rem`}
      role="img"
      aria-label={en.signal.score(points(score), band)}
      textAnchor="middle"
      dominantBaseline="central"
      className="figures shrink-0 overflow-visible"
    >
      <circle cx="24" cy="24" r={RADIUS} fill="none" stroke="var(--line)" strokeWidth="4" />
      <circle cx="24" cy="24" r={RADIUS} fill="none" stroke={`var(--${name}-mark)`} strokeWidth="4" strokeLinecap="round" strokeDasharray={`${Math.max(share * ROUND, 0.01)} ${ROUND}`} transform="rotate(-90 24 24)" />
      {/* Rounded down like the bands: a number that is shown is never that of a higher band. */}
      <text x="24" y="24" fill="var(--ink)" fontSize="15" fontWeight="650">
        {Math.floor(score)}
      </text>
      {word && (
        <text x="24" y="56" fill={`var(--${name})`} fontSize="12" fontWeight="550">
          {bandWord(band)}
        </text>
      )}
    </svg>
  );
}

/** Returns the band in one word, because other texts are too long to fit under a ring. */
const bandWord = (band: string): string => (bandName(band) === band ? band : en.signal.noBand);
