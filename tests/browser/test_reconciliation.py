"""A client in a browser on another site matches names here: by CORS, by JSONP, with a card in a frame."""

from __future__ import annotations

from playwright.sync_api import Browser

_CLIENT = """async (start) => {
    const told = {};
    const manifest = await (await fetch(`${start}/reconcile/`)).json();
    told.versions = manifest.versions;
    const queries = JSON.stringify({q0: {query: "Oldham MBC"}});
    // The forms of OpenRefine and of the test bench: a form without a preflight, and JSON with one.
    const form = await fetch(`${start}/reconcile`, {method: "POST", body: new URLSearchParams({queries})});
    told.form = (await form.json()).q0.result[0].id;
    const conditions = [{matchType: "name", propertyValue: "Wigan MBC"}];
    const json = await fetch(`${start}/reconcile/draft/match`, {
        method: "POST", headers: {"Content-Type": "application/json", "Accept-Language": "en"},
        body: JSON.stringify({queries: [{conditions}]}),
    });
    told.json = (await json.json()).results[0].candidates[0].id;
    const wrong = await fetch(`${start}/reconcile`, {method: "POST", body: new URLSearchParams({queries: "x"})});
    told.wrong = [wrong.status, (await wrong.json()).status];
    told.script = await new Promise((done) => {
        window.back = (answer) => done(answer.result[0].id);
        const script = document.createElement("script");
        script.src = `${start}/reconcile/suggest/entity?prefix=stroud&callback=back`;
        document.head.append(script);
    });
    return told;
}"""


def test_a_client_on_another_site(
    browser: Browser, address: str, elsewhere: tuple[str, dict[str, str]]
) -> None:
    site, pages = elsewhere
    preview = f"{address}/reconcile/preview?id=council%2Foldham"
    pages["/favicon.ico"] = ""
    pages["/client"] = f'<iframe src="{preview}" width="400" height="480"></iframe>'
    context = browser.new_context(bypass_csp=True)  # the other site's policy is its own affair
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text))
    page.goto(f"{site}/client")
    page.wait_for_load_state("networkidle")
    assert said == []
    assert page.frames[1].locator("h1").inner_text() == "Oldham Council"
    told = page.evaluate(_CLIENT, address)
    assert told == {
        "versions": ["0.2"],
        "form": "council/oldham",
        "json": "council/wigan",
        "wrong": [400, 400],
        "script": "council/stroud",
    }
    context.close()
