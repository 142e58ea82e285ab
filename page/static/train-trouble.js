// What goes wrong, in words; and where the steps are too long, a lower learning rate to try.

import { fill } from "./train-after.js";

const STUCK = 0.2; // accuracy: guessing gives 0.1
const FAR = 4; // times the recipe's steps, or more, may be why nothing is learned
const EARLY = 200; // updates, before which nothing needs to be learned

// A setting as a number; the server has checked that it is one.
const number = (settings, name) => Number(settings[name].replace(",", "."));
// How far steps go in the end: momentum adds up those of one direction.
const reach = (settings) => number(settings, "learning_rate") / (1 - number(settings, "momentum"));

export class Trouble {
    constructor(place, words, recipes) {
        Object.assign(this, { place, words, recipes });
    }

    // The learning rate that is offered.
    get rate() {
        return this.place.querySelector("button").dataset.rate;
    }

    say(text = "", rate = null) {
        const [span, button] = this.place.children;
        this.place.hidden = !text;
        if (span.textContent !== text) span.textContent = text;
        button.hidden = rate === null;
        if (rate === null) return;
        button.textContent = fill(this.words.lower, { rate });
        button.dataset.rate = rate;
    }

    // `what` is "diverged" or "stuck".
    warn(what, settings) {
        const rate = number(settings, "learning_rate");
        const long = Number(reach(settings).toPrecision(2));
        const usual = reach(this.recipes[settings.recipe]) * (1 - number(settings, "momentum"));
        const said = long > rate ? fill(this.words.with_momentum, { rate, long }) : rate;
        this.say(fill(this.words[what], { rate: said }), Number((usual < rate ? usual : rate / 10).toPrecision(2)));
    }

    // Look at a training that goes on.
    look({ points, validated, settings }) {
        const first = points[0], last = points.at(-1), validation = validated.at(-1);
        if (!settings || !validation) return;
        const isFar = reach(settings) >= FAR * reach(this.recipes[settings.recipe]);
        const learnsNothing = last.update > EARLY && last.accuracy < STUCK && validation.accuracy < STUCK;
        if (last.loss === null || validation.loss === null || validation.loss > 2 * first.loss) this.warn("diverged", settings);
        else if (isFar && learnsNothing) this.warn("stuck", settings);
    }
}
