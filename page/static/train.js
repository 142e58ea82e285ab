// The page /train: starts a training, shows what it tells, and does with it what is pressed.

import { fill, After } from "./train-after.js";
import { Chart } from "./train-chart.js";
import { Readers } from "./train-readers.js";
import { post, Stream } from "./train-stream.js";

const STUCK = 0.2; // accuracy: guessing gives 0.1
const FAR = 4; // times the recipe's steps, or more, may be why nothing is learned

// A setting as a number; the server has checked that it is one.
const number = (settings, name) => Number(settings[name].replace(",", "."));
// How far steps go in the end: momentum adds up those of one direction.
const reach = (settings) => number(settings, "learning_rate") / (1 - number(settings, "momentum"));

class TrainPage extends HTMLElement {
    connectedCallback() {
        if (this.words) return;
        this.words = JSON.parse(this.dataset.words);
        this.recipes = JSON.parse(this.dataset.recipes);
        this.find = (selector) => this.querySelector(selector);
        this.form = this.find("#settings");
        this.charts = [...this.querySelectorAll("[data-chart]")].map((figure) => new Chart(figure, this.words));
        this.after = new After(this.find("#after"), this.words);
        this.readers = new Readers(this.find("#drawn"), this.words, () => this.stream?.token);
        document.documentElement.lang = this.lang;
        document.title = this.words.title;
        if (innerWidth < 700) this.find("#knobs").open = false;
        this.fillIn(this.form.elements.recipe.value);
        this.listen();
        this.reset();
        this.refresh();
    }

    listen() {
        this.form.addEventListener("change", ({ target }) => {
            if (target.name === "recipe") this.fillIn(target.value);
            this.check();
        });
        this.form.addEventListener("submit", (event) => {
            event.preventDefault();
            this.start("go");
        });
        this.addEventListener("click", ({ target }) => {
            const action = target.closest("[data-do]")?.dataset.do;
            if (action === "start") this.start("go");
            else if (action === "lower") this.lower();
            else if (action === "pause" && this.state === "paused") this.stream.tell("go");
            else if (action && this.isRunning) this.stream.tell(action);
            else if (action) this.start(action);
        });
    }

    // The form.

    fillIn(recipe) {
        for (const [name, value] of Object.entries(this.recipes[recipe])) this.form.elements[name].value = value;
        this.complain({});
    }

    settings() {
        return Object.fromEntries(new FormData(this.form));
    }

    async check() {
        const reply = await post("check", { settings: this.settings() }).catch(() => null);
        if (reply?.ok) this.complain((await reply.json()).sentences ?? {});
    }

    complain(sentences) {
        for (const place of this.querySelectorAll("[data-wrong]")) {
            const name = place.dataset.wrong;
            const sentence = sentences[name] ?? "";
            if (place.textContent !== sentence) place.textContent = sentence;
            this.form.elements[name].ariaInvalid = sentence ? "true" : "false";
        }
        const wrong = Object.keys(sentences)[0];
        if (wrong) this.find("#knobs").open = true;
        return wrong;
    }

    // A training.

    get isRunning() {
        return Boolean(this.stream && this.isMine && !this.isOver);
    }

    async start(mode) {
        const settings = this.settings();
        this.stream?.close();
        if (this.run?.points.length && this.isMine) this.earlier = this.run;
        this.asked = settings;
        this.reset(settings);
        this.state = "starting";
        const stream = (this.stream = new Stream(
            { settings, mode, picture: await this.readers.picture() },
            (told) => this.stream === stream && this.hear(told),
            (wrong) => this.stream === stream && this.end(wrong),
        ));
        this.refresh();
    }

    reset(settings) {
        this.run = { points: [], validated: [], epochs: Number(settings?.epochs) || 1, settings };
        this.isMine = true;
        this.isOver = this.wasRead = false;
        this.state = this.place = null;
        this.trouble();
        this.after.hide();
        this.readers.forget();
    }

    hear(told) {
        this.heard[told.kind]?.call(this, told);
        this.refresh();
    }

    heard = {
        token: ({ command }) => (this.command = command),
        place: ({ place }) => (this.place = place),
        watching: () => {
            const { place } = this;
            this.reset();
            Object.assign(this, { place, isMine: false });
        },
        yours: () => {
            this.reset(this.asked);
            this.state = "starting";
        },
        state: ({ state }) => (this.state = state),
        begin: (told) => this.begin(told),
        point: (point) => {
            this.run.points.push(point);
            const { epoch, validation_loss: loss, validation_accuracy: accuracy } = point;
            if (loss !== undefined) this.run.validated.push({ epoch, loss, accuracy });
        },
        epoch: (end) => this.run.validated.push(end),
        weights: ({ picture }) => {
            const image = this.find("#units img");
            image.src = picture;
            image.hidden = false;
        },
        digits: ({ outputs }) => this.showDigits(outputs),
        drawing: ({ outputs }) => this.readers.follow(outputs),
        finished: (told) => {
            this.state = told.stopped ? "stopped" : "finished";
            this.run.done = told.epochs;
            this.isOver = true;
            if (!this.isMine) return;
            this.after.show(told, this.stream.token, this.command);
            this.readers.ask();
        },
        styles: ({ accuracy }) => this.isMine && this.after.styles(accuracy),
        failed: (told) => this.isMine && this.end(told),
    };

    begin({ epochs, units, sizes, digits }) {
        this.run.epochs = epochs;
        const title = this.find("#units h2");
        title.textContent = sizes.length > 2 ? title.dataset.hidden : title.dataset.none;
        this.find("#units img").alt = fill(this.words.weights_alt, { count: units });
        this.find("#digits").style.setProperty("--digits", `url(${digits})`);
    }

    // The training is over, and there is nothing to keep.
    end({ sentences, detail, why, minutes = this.dataset.minutes }) {
        this.isOver = true;
        this.state = null;
        if (sentences) this.form.elements[this.complain(sentences)].focus();
        else if (why === "diverged") this.warn("diverged");
        else this.trouble(detail ?? fill(this.words[`failed_${why}`], { minutes }));
        if (why === "lost" || !this.stream.token) {
            this.after.hide();
            this.readers.forget();
        }
        this.refresh();
    }

    // What goes wrong.

    trouble(text = "", rate = null) {
        const place = this.find("#trouble");
        place.hidden = !text;
        const span = place.querySelector("span");
        if (span.textContent !== text) span.textContent = text;
        const button = place.querySelector("button");
        button.hidden = rate === null;
        if (rate !== null) {
            button.textContent = fill(this.words.lower, { rate });
            button.dataset.rate = rate;
        }
    }

    warn(what) {
        const { settings } = this.run;
        const rate = number(settings, "learning_rate");
        const long = Number(reach(settings).toPrecision(2));
        const usual = reach(this.recipes[settings.recipe]) * (1 - number(settings, "momentum"));
        const lower = Number((usual < rate ? usual : rate / 10).toPrecision(2));
        const said = long > rate ? fill(this.words.with_momentum, { rate, long }) : rate;
        this.trouble(fill(this.words[what], { rate: said }), lower);
    }

    lower() {
        this.form.elements.learning_rate.value = this.find("#trouble button").dataset.rate;
        this.start("go");
    }

    diagnose() {
        const { points, validated, settings } = this.run;
        const first = points[0], last = points.at(-1), validation = validated.at(-1);
        if (!settings || !validation || !this.isMine) return;
        const isFar = reach(settings) >= FAR * reach(this.recipes[settings.recipe]);
        if (last.loss === null || validation.loss === null || validation.loss > 2 * first.loss) this.warn("diverged");
        else if (isFar && last.update > 200 && last.accuracy < STUCK && validation.accuracy < STUCK) this.warn("stuck");
    }

    // What is shown.

    showDigits(outputs) {
        this.querySelectorAll("#digits .ten").forEach((ten, digit) => {
            [...ten.children].forEach((bar, output) =>
                bar.style.setProperty("--sure", Math.min(Math.max(outputs[digit][output] ?? 0, 0), 1)));
        });
    }

    refresh() {
        this.waiting ??= requestAnimationFrame(() => {
            this.waiting = null;
            this.paint();
        });
    }

    paint() {
        const { run, earlier, words } = this;
        if (!this.isOver) this.diagnose();
        for (const chart of this.charts) chart.show(run, earlier, earlier && this.difference(earlier));
        const last = run.points.at(-1);
        this.find("#progress").value = this.state === "finished" ? 1 : (last?.epoch ?? 0) / run.epochs;
        const state = this.find("#state");
        const text = this.told(last);
        if (state.textContent !== text) state.textContent = text;
        this.dataset.state = this.state ?? "idle";
        const isPaused = this.state === "paused";
        for (const button of this.querySelectorAll("#controls .buttons button")) {
            const action = button.dataset.do;
            if (action === "start") button.textContent = this.stream ? words.again : words.start;
            if (action === "pause") button.textContent = isPaused ? words.go : words.pause;
            if (action === "pause" || action === "stop") button.disabled = !this.isRunning;
            if (action === "batch" || action === "epoch") button.disabled = Boolean(this.stream) && !this.isOver && !this.isMine;
        }
    }

    told(last) {
        const { words, run, place, isMine } = this;
        if (place && !isMine) return `${fill(words.place, { place })} ${words.watching}`;
        if (place && this.state === null) return fill(words.place, { place });
        if (!this.state) return this.stream ? "" : words.idle;
        const epoch = Math.min(run.epochs, Math.floor((last?.epoch ?? 0) - 1e-9) + 1) || 1;
        const text = fill(words.states[this.state], { epoch, epochs: run.done ?? run.epochs });
        if (this.state !== "training" || !(last?.update > 300)) return text;
        return `${text} ${fill(words.left, { left: fill(words.seconds, { count: Math.ceil(last.left) }) })}`;
    }

    // How the earlier run's settings differ, in few words.
    difference({ settings }) {
        const now = this.run.settings ?? this.settings();
        const names = Object.keys(settings).filter((name) => name !== "recipe" && settings[name] !== now[name]);
        const parts = names.slice(0, 2).map((name) => `${this.words.knobs[name]} ${settings[name]}`);
        return fill(this.words.earlier_curve, { what: parts.join(", ") || this.words.earlier_same });
    }
}

customElements.define("train-page", TrainPage);
