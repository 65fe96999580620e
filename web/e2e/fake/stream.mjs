// The live stream of the test server: real server-sent events with ids, resumable.
const KEPT = 20_000;

export class Stream {
  constructor(statusOf) {
    this.clients = new Set();
    this.log = [];
    this.position = 0;
    this.connections = 0;
    setInterval(() => this.send("status", statusOf()), 2_000).unref();
    setInterval(() => this.clients.forEach((client) => client.write(": still here\n\n")), 15_000).unref();
  }

  send(event, data) {
    this.position += 1;
    const text = `id: ${this.position}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    this.log.push({ position: this.position, text });
    if (this.log.length > KEPT) this.log.splice(0, KEPT / 2);
    for (const client of this.clients) client.write(text);
  }

  open(request, response, asked) {
    const from = Number(request.headers["last-event-id"] ?? asked ?? this.position);
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(": hello\n\n");
    for (const { position, text } of this.log) if (position > from) response.write(text);
    this.connections += 1;
    this.clients.add(response);
    request.on("close", () => this.clients.delete(response));
  }

  /** Closes every connection, as a restarted server would. */
  cut() {
    for (const client of this.clients) client.end();
    this.clients.clear();
  }

  /** Changes the scores of the given signals, `perSecond` times a second. */
  churn(perSecond, signals, changed) {
    clearInterval(this.timer);
    if (perSecond === 0) return;
    let turn = 0;
    this.timer = setInterval(() => {
      for (let i = 0; i < perSecond / 50; i += 1) {
        turn += 1;
        const one = signals[(turn * 7919) % signals.length];
        const next = { ...one, score: Math.round(Math.random() * 10_000) / 100, detected_at: new Date().toISOString() };
        changed(next);
        this.send("signal", next);
      }
    }, 20);
    this.timer.unref();
  }
}


