// Requests to the server.

// Post JSON to an address of the page's own; the reply, whatever its status.
export function send(name, content, signal) {
    return fetch(`page/${name}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(content),
        signal,
    });
}

// The same, for the text of the answer. Throws if it fails, with the HTTP `status` if there was an
// answer.
export async function post(name, content, signal = AbortSignal.timeout(8000)) {
    const reply = await send(name, content, signal);
    if (!reply.ok) throw Object.assign(new Error(reply.statusText), { status: reply.status });
    return reply.text();
}

// A function that calls `act`, unless a call is still under way: then once more after it.
export function newestOnly(act) {
    let running = false;
    let again = false;
    return async () => {
        again = true;
        if (running) return;
        running = true;
        while (again) {
            again = false;
            await act();
        }
        running = false;
    };
}
