// The settings of /train: filled from a recipe, checked by the server, refused in place.

import { post } from "./train-stream.js";

export class Form {
    // `start` is called when Enter is pressed in a field.
    constructor(form, recipes, start) {
        Object.assign(this, { form, recipes });
        this.fillIn(form.elements.recipe.value);
        if (innerWidth < 700) form.querySelector("#knobs").open = false;
        form.addEventListener("change", ({ target }) => {
            if (target.name === "recipe") this.fillIn(target.value);
            this.check();
        });
        form.addEventListener("submit", (event) => {
            event.preventDefault();
            start();
        });
    }

    get settings() {
        return Object.fromEntries(new FormData(this.form));
    }

    fillIn(recipe) {
        for (const [name, value] of Object.entries(this.recipes[recipe])) this.form.elements[name].value = value;
        this.complain({});
    }

    set(name, value) {
        this.form.elements[name].value = value;
        this.complain({});
    }

    async check() {
        const reply = await post("check", { settings: this.settings }).catch(() => null);
        if (reply?.ok) this.complain((await reply.json()).sentences ?? {});
    }

    // Sentences by name, each shown below its setting. Returns the first setting that is wrong.
    complain(sentences) {
        for (const place of this.form.querySelectorAll("[data-wrong]")) {
            const name = place.dataset.wrong;
            const sentence = sentences[name] ?? "";
            if (place.textContent !== sentence) place.textContent = sentence;
            this.form.elements[name].ariaInvalid = sentence ? "true" : "false";
        }
        const wrong = Object.keys(sentences)[0];
        if (wrong) this.form.querySelector("#knobs").open = true;
        return this.form.elements[wrong];
    }
}
