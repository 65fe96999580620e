//! The examples shown below each command's help.

pub(super) const LEADQ: &str = "Examples:
  leadq init --product \"Data quality\" --role \"Head of Data\" --country DE,AT
  leadq ingest crawl.warc.gz events.jsonl
  leadq today
  leadq why acme.example";
pub(super) const VERIFY: &str = "Examples:
  leadq verify
  leadq verify --all                             # a full read, such as once a month
  leadq verify --all --json";
pub(super) const REREAD: &str = "Examples:
  leadq reread --dry-run                         # after an upgrade: what would change?
  leadq reread                                   # shows it, asks, and makes the changes
  leadq reread --since 2026-11-01 --yes --json
  leadq reread --domain acme.example";
pub(super) const DOCTOR: &str = "Examples:
  leadq doctor
  leadq doctor --format tsv | grep -v ^ok        # only what needs attention";
pub(super) const HASH: &str = "Examples:
  leadq hash
  leadq hash --json";
pub(super) const STATUS: &str = "Examples:
  leadq status
  leadq status --json";
pub(super) const COMPLETIONS: &str = "Examples:
  leadq completions bash > ~/.local/share/bash-completion/completions/leadq
  leadq completions zsh > \"${fpath[1]}/_leadq\"
  leadq completions fish > ~/.config/fish/completions/leadq.fish";
pub(super) const MAN: &str = "Examples:
  leadq man ~/.local/share/man/man1              # then: man leadq, man leadq-signals
  leadq man | man -l -";
pub(super) const INIT: &str = "Examples:
  leadq init                                     # interactive
  leadq init --from profile.toml --accounts accounts.csv
  leadq init --accounts export.csv --dry-run     # which columns are used?
  leadq init --product \"Data quality\" --role \"Head of Data\" --country DE,AT \\
      --industry logistics --employees 50-2000 --hiring-role \"data engineer\"
  leadq init --show > profile.toml";
pub(super) const INGEST: &str = "Examples:
  leadq ingest crawl.warc.gz
  leadq ingest page.html --url https://acme.example/news --observed 2026-11-18
  leadq ingest events.jsonl saved-pages/
  tail -f events.jsonl | leadq ingest - --acks
  leadq ingest                                   # process waiting records";
pub(super) const SIGNALS: &str = "Examples:
  leadq signals --kind budget_event --limit 20
  leadq signals --company acme.example --json
  leadq signals --format csv > signals.csv       # for a spreadsheet
  leadq signals test";
pub(super) const SIGNALS_TEST: &str = "Examples:
  leadq signals test
  leadq signals test --json";
pub(super) const SEARCH: &str = "Examples:
  leadq search hubspot
  leadq search '\"series b\" round -rumour' --kind signal
  leadq search 'ingenieur* munchen' --company acme.example --limit 3 --json
  leadq search --rebuild";
pub(super) const LEAD: &str = "Examples:
  leadq lead acme.example
  leadq lead \"Acme Robotics GmbH\" --json";
pub(super) const WHY: &str = "Examples:
  leadq why acme.example
  leadq why acme.example --on 2026-12-24";
pub(super) const TODAY: &str = "Examples:
  leadq today
  leadq today --product data-quality --limit 3 --json
  leadq today --on 2026-12-24                    # the list on that day";
pub(super) const FEEDBACK: &str = "Examples:
  leadq feedback acme.example won --value 48000
  leadq feedback acme.example ignore --reason \"a customer already\"
  leadq feedback acme.example snooze             # it comes back after 30 days
  leadq feedback acme.example --undo";
pub(super) const JOINS: &str = "Examples:
  leadq joins
  leadq joins undo 0f3c…                         # an id from the list
  leadq joins --json";
pub(super) const JOINS_UNDO: &str = "Examples:
  leadq joins undo 0f3c… --reason \"two companies of one name\"";
pub(super) const UP: &str = "Examples:
  leadq up
  leadq up --listen 127.0.0.1:9000
  leadq token add gateway && leadq up --listen 0.0.0.0:8080";
pub(super) const BACKUP: &str = "Examples:
  leadq backup /mnt/backups/leadq-monday
  leadq backup backups/$(date +%F) --json";
pub(super) const RESTORE: &str = "Examples:
  leadq restore /mnt/backups/leadq-monday                # into the data folder, which must be empty
  leadq --data-dir try restore backups/2026-12-24";
pub(super) const MIGRATE_ENGINE: &str = "Examples:
  leadq migrate-engine --to cluster.toml                 # then: leadq --config cluster.toml serve
  leadq --config cluster.toml migrate-engine --to one-machine.toml";
pub(super) const CLUSTER: &str =
    "Examples, with db and log in leadq.toml naming PostgreSQL and Kafka:
  leadq serve --listen 0.0.0.0:8080
  leadq work                                     # on as many machines as needed
  leadq work --listen 127.0.0.1:9101             # with /healthz and /metrics there
  leadq crawl";
pub(super) const TOKEN: &str = "Examples:
  leadq token add crm-sync
  leadq token list --json
  leadq token revoke crm-sync";
pub(super) const WEBHOOKS: &str = "Examples:
  leadq webhooks
  leadq webhooks --json
  leadq webhooks enable https://hooks.acme.example/leadq
  leadq webhooks enable 5f1d…                    # an id from the list";
pub(super) const DEAD: &str = "Examples:
  leadq dead
  leadq dead ingest
  leadq dead redrive clean";
pub(super) const DEAD_REDRIVE: &str = "Examples:
  leadq dead redrive clean";
pub(super) const WATCH: &str = "Examples:
  leadq watch acme.example globex.example
  leadq watch --accounts                         # the companies you already know
  leadq watch                                    # list the followed companies
  leadq watch --stop acme.example";
pub(super) const DEMO: &str = "Examples:
  leadq demo                                     # then open http://127.0.0.1:8080
  leadq demo --days 30 --exit
  leadq --data-dir try demo --seed 7 --listen 127.0.0.1:9000";
