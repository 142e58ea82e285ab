// Curves over the epochs, as SVG: no library, no flicker. Values that leave the scale leave the
// picture, and are told at its upper edge.

const LEFT = 44, RIGHT = 10, TOP = 14, BOTTOM = 22; // pixels around the curves
const NAMESPACE = "http://www.w3.org/2000/svg";

// How a value is placed, 0 (bottom) to 1 (top), and where the axis has its lines.
export const SCALES = {
    // Logarithmic: the last improvements are as visible as the first.
    loss(values, first) {
        const top = Math.log10(2 * first);
        const least = Math.min(first / 10, ...values.filter((value) => value > 0));
        const bottom = Math.floor(3 * Math.log10(least)) / 3; // moves seldom, and then a bit further
        const ticks = [];
        for (let power = Math.floor(bottom); power <= top; power++)
            for (const digit of top - bottom > 2.6 ? [1] : [1, 2, 5]) ticks.push(digit * 10 ** power);
        return {
            place: (value) => (Math.log10(Math.max(value, 1e-12)) - bottom) / (top - bottom),
            ticks: ticks.map((value) => [value, String(Number(value.toPrecision(1)))]),
        };
    },
    // Ever finer towards 100%, where the differences are.
    accuracy() {
        const stretched = (value) => -Math.log10(1.004 - Math.min(value, 1));
        const [bottom, top] = [stretched(0), stretched(0.997)];
        return {
            place: (value) => (stretched(value) - bottom) / (top - bottom),
            ticks: [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99].map((value) => [value, `${Math.round(100 * value)}%`]),
        };
    },
};

function element(name, attributes, text) {
    const made = document.createElementNS(NAMESPACE, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
}

// Whole numbers if there are enough of them.
function epochTicks(epochs) {
    const step = [0.25, 0.5, 1, 2, 5, 10, 20, 25, 50].find((each) => epochs / each <= 6) ?? 100;
    return Array.from({ length: Math.floor(epochs / step) + 1 }, (_, number) => number * step);
}

export class Chart {
    constructor(figure, words) {
        this.svg = figure.querySelector("svg");
        this.legend = figure.querySelector(".legend");
        this.name = figure.dataset.chart;
        this.words = words;
        new ResizeObserver(() => this.draw()).observe(this.svg);
    }

    // `run` has `points`, `validated` and `epochs`; so has `earlier`, unless null.
    show(run, earlier, earlierName) {
        Object.assign(this, { run, earlier, earlierName });
        this.draw();
    }

    draw() {
        const { svg, run, earlier, name } = this;
        const width = svg.clientWidth, height = svg.clientHeight;
        if (!width) return;
        const epochs = Math.max(run?.epochs ?? 1, earlier?.epochs ?? 0);
        const all = [run, earlier].flatMap((each) => (each ? [...each.points, ...each.validated] : []));
        const first = run?.points[0]?.[name] ?? earlier?.points[0]?.[name] ?? 1;
        const { place, ticks } = SCALES[name](all.map((point) => point[name]).filter((value) => value !== null), first);
        const x = (epoch) => LEFT + (epoch / epochs) * (width - LEFT - RIGHT);
        const y = (value) => height - BOTTOM - (value === null ? 2 : Math.min(place(value), 2)) * (height - TOP - BOTTOM);
        const parts = [];
        for (const [value, text] of ticks) {
            const at = y(value);
            if (at < TOP - 1 || at > height - BOTTOM + 1) continue;
            parts.push(element("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: at, y2: at }));
            parts.push(element("text", { x: LEFT - 6, y: at + 4, "text-anchor": "end" }, text));
        }
        for (const epoch of epochTicks(epochs))
            parts.push(element("text", { x: x(epoch), y: height - 5, "text-anchor": "middle" }, epoch || this.words.epochs_axis));
        const line = (points, kind) => {
            const d = points.map((p, number) => `${number ? "L" : "M"}${x(p.epoch).toFixed(1)},${y(p[name]).toFixed(1)}`);
            if (d.length) parts.push(element("path", { class: kind, d: d.join("") }));
        };
        if (earlier) line(earlier.validated, "earlier");
        if (run) line(run.points, "train");
        if (run) line(run.validated, "validation");
        const ends = [run?.points.at(-1), run?.validated.at(-1)];
        const over = ends.find((end) => end && (end[name] === null || place(end[name]) > 1));
        if (over)
            parts.push(element("text", { class: "over", x: Math.min(x(over.epoch) + 4, width - 70), y: TOP }, `▲ ${over[name]?.toPrecision(3) ?? "∞"}`));
        svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
        svg.replaceChildren(...parts);
        this.tell(...ends.map((end) => end?.[name]));
    }

    // The legend, with the newest values; read out with the picture.
    tell(train, validation) {
        const shown = (value) => (value === undefined ? "" : value === null ? "∞"
            : this.name === "loss" ? Number(value.toPrecision(3)) : `${(100 * value).toFixed(1)}%`);
        const entries = [["train", this.words.train_curve, train], ["validation", this.words.validation_curve, validation]];
        if (this.earlier) entries.push(["earlier", this.earlierName]);
        this.legend.replaceChildren(...entries.map(([kind, text, value]) =>
            Object.assign(document.createElement("span"), { className: kind, textContent: `${text} ${shown(value)}` })));
        this.svg.setAttribute("aria-label", `${this.words[this.name]}: ${this.legend.innerText}`);
    }
}
