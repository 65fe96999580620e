/** A shortened digest that copies the whole digest. */
import { useState } from "react";
import { Check, Copy } from "lucide-react";
import { IconButton } from "#/components/ui/button";
import { en } from "#/i18n/en";
import { shortHash } from "#/lib/format";

export function Hash({ what, hash }: { what: string; hash: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(hash);
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  return (
    <span className="flex items-center gap-0.5">
      <code className="font-mono" title={hash}>
        {shortHash(hash)}
      </code>
      <IconButton label={copied ? en.copied : en.evidence.copyHash(what)} className="size-6!" onClick={() => void copy()}>
        {copied ? <Check size="0.75rem" /> : <Copy size="0.75rem" />}
      </IconButton>
    </span>
  );
}
