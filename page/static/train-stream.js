// The connection to a training: a stream of JSON lines. When it is closed, the training ends; so a
// closed tab needs to say nothing.

import { send } from "./requests.js";

export const post = (name, content, signal) => send(`train/${name}`, content, signal);

export class Stream {
    // `hear` is called with each thing told, `ended` once: with nothing, or with what is wrong:
    // { sentences }, { detail }, { why }.
    constructor(asked, hear, ended) {
        this.control = new AbortController();
        this.run(asked, hear).then(
            (wrong) => this.isClosed || ended(wrong),
            () => this.isClosed || ended({ why: this.token ? "lost" : "gone" }),
        );
    }

    async run(asked, hear) {
        const reply = await post("start", asked, this.control.signal);
        if (reply.status === 429) return { why: "busy" };
        if (!reply.ok) return reply.json();
        const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
        let rest = "";
        for (;;) {
            const { done, value } = await reader.read();
            if (done) return { why: "lost" };
            const lines = (rest + value).split("\n");
            rest = lines.pop();
            for (const line of lines) {
                if (!line || this.isClosed) continue; // an empty line: it is still there
                const told = JSON.parse(line);
                if (told.kind === "token") this.token = told.token;
                hear(told);
            }
        }
    }

    tell(command) {
        return post("tell", { token: this.token, command }).catch(() => {}); // the stream will say
    }

    close() {
        this.isClosed = true;
        this.control.abort();
    }
}
