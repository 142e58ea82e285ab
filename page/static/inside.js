// "Look inside": follows every stroke while it is open; closed, it asks nothing.

import { newestOnly, post } from "./requests.js";

export class Inside {
    // `picture()` is the drawing as a data URI, or null.
    constructor(root, picture) {
        Object.assign(this, { root, picture, body: root.querySelector("div") });
        this.place = 0; // which digit of a number
        this.pair = null; // the two digits to compare; null: the best two
        this.order = "place";
        this.pointed = null; // the neuron that is looked at; null: the one that adds most
        this.follow = newestOnly(() => this.update());
        this.look = newestOnly(() => this.updateNeuron());
        root.addEventListener("toggle", () => {
            this.isNew = root.open; // then it comes into view, with what it has to show
            this.follow();
        });
        root.addEventListener("click", (event) => this.click(event));
        root.addEventListener("change", (event) => this.change(event));
        for (const kind of ["pointerover", "focusin"])
            root.addEventListener(kind, ({ target }) => this.point(target.dataset?.neuron));
        root.addEventListener("keydown", (event) => this.step(event));
    }

    async update() {
        if (!this.root.open) return;
        const { isNew } = this;
        this.isNew = false;
        const picture = await this.picture();
        if (!picture) {
            this.body.textContent = this.root.dataset.blank;
            this.pair = null;
            return;
        }
        try {
            const { place, pair } = this;
            const html = await post("inside", { picture, place, pair });
            this.show(html || this.root.dataset.blank);
            if (isNew) this.root.scrollIntoView({ block: "start", behavior: "smooth" });
            await this.updateNeuron();
            this.map ??= await (await fetch("page/map")).text();
            this.body.querySelector("#map span")?.insertAdjacentHTML("afterbegin", this.map);
        } catch {
            this.body.textContent = this.root.dataset.gone; // and again with the next stroke
        }
    }

    // Replace everything; but what had the focus keeps it.
    show(html) {
        const focused = document.activeElement.dataset ?? {};
        this.body.innerHTML = html;
        for (const name of ["place", "pair", "order"])
            if (focused[name]) this.body.querySelector(`[data-${name}="${focused[name]}"]`)?.focus();
        this.arrange();
        if (focused.neuron) this.squares()[this.pointed]?.focus();
    }

    async updateNeuron() {
        const picture = await this.picture();
        const panel = this.body.querySelector("#neuron");
        if (!picture || !panel) return;
        const { place, pointed: neuron } = this;
        panel.innerHTML = await post("neuron", { picture, place, neuron });
    }

    squares() {
        return [...this.body.querySelectorAll("[data-neuron]")];
    }

    arrange() {
        this.body.classList.toggle("ranked", this.order === "rank");
        for (const button of this.body.querySelectorAll("[data-order]"))
            button.ariaPressed = button.dataset.order === this.order;
        const squares = this.squares();
        if (!squares[this.pointed])
            this.pointed = squares.findIndex((square) => square.style.getPropertyValue("--rank") === "0");
        squares.forEach((square, number) => {
            square.tabIndex = number === this.pointed ? 0 : -1;
            square.ariaCurrent = number === this.pointed;
        });
    }

    click({ target }) {
        const button = target.closest("button");
        if (!button) return;
        const { place, order, neuron } = button.dataset;
        if (place) {
            Object.assign(this, { place: Number(place), pair: null });
            this.follow();
        }
        if (order) {
            this.order = order;
            this.arrange();
        }
        this.point(neuron);
    }

    change({ target }) {
        if (!target.dataset.pair) return;
        const { first, second } = this.body.querySelector("#why").dataset;
        const chosen = [...this.body.querySelectorAll("[data-pair]")].map((each) => each.value);
        if (chosen[0] === chosen[1]) chosen.splice(0, 2, second, first); // the other one: exchange them
        this.pair = chosen.map(Number);
        this.follow();
    }

    point(neuron) {
        if (neuron === undefined || Number(neuron) === this.pointed) return;
        this.pointed = Number(neuron);
        this.arrange();
        this.look().catch(() => {}); // the answer above says that the server is gone
    }

    // The arrow keys go from square to square as they are seen, in either order.
    step(event) {
        if (!event.target.dataset.neuron) return;
        const seen = this.squares();
        if (this.order === "rank")
            seen.sort((one, other) => one.style.getPropertyValue("--rank") - other.style.getPropertyValue("--rank"));
        const top = seen[0].offsetTop;
        const columns = seen.findIndex((square) => square.offsetTop > top);
        const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
        const next = seen[seen.indexOf(event.target) + (steps[event.key] ?? NaN)];
        if (!next) return;
        event.preventDefault();
        next.focus();
    }
}
