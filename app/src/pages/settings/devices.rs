//! Browsers that are told of alerts while the site is closed.
//!
//! What happens is `public/alerts.js`'s; every text that it shows stands here.

use crate::backend::Device;
use crate::i18n::alerts::{AlertTexts, DeviceTexts};
use crate::i18n::live::LiveTexts;
use crate::ui::icon::{Icon, shape};
use domain::lang::Lang;
use leptos::prelude::*;

#[component]
pub fn Devices(texts: &'static AlertTexts, push_key: String, devices: Vec<Device>, lang: Lang) -> impl IntoView {
    let words = DeviceTexts::of(lang);
    let messages = [
        ("off", words.off),
        ("on", words.on),
        ("denied", words.denied),
        ("unable", words.unable),
        ("too-many", words.too_many),
        ("failed", words.failed),
    ];
    let messages = messages.map(|(name, text)| view! { <template data-message=name><p>{text}</p></template> });
    let lines = devices.into_iter().map(|device| view! { <Line texts words device/> });
    view! {
        <section class="panel" id="devices" aria-labelledby="devices-heading" data-push=push_key>
            <h2 id="devices-heading">{words.heading}</h2>
            <p class="quiet">{words.help}</p>
            <noscript><p class="notice">{words.no_script}</p></noscript>
            <div class="device-state" role="status" aria-live="polite" data-push-words=""></div>
            <button class="button is-primary" type="button" data-push-on="" hidden=true>{words.turn_on}</button>
            <button class="button" type="button" data-push-off="" hidden=true>{words.turn_off}</button>
            {messages.collect_view()}
            <ul class="rules">{lines.collect_view()}</ul>
        </section>
    }
}

#[component]
fn Line(texts: &'static AlertTexts, words: &'static DeviceTexts, device: Device) -> impl IntoView {
    let name = words.name(&device.name);
    let label = texts.named(words.remove, &name);
    let since = LiveTexts::of(texts.lang).moment(&device.created_at);
    view! {
        <li class="rule" data-testid="device" data-device=device.id.clone()>
            <span class="rule-mark" aria-hidden="true"><Icon shape=shape::PHONE/></span>
            <span class="rule-what">
                <strong>{name}</strong>
                <span class="quiet"><span class="device-here">{words.here}" · "</span>{words.since}" "{since}</span>
            </span>
            <form class="rule-acts" method="post" action=format!("/settings/alerts/devices/{}/remove", device.id)>
                <button class="button is-quiet" type="submit" aria-label=label>{words.remove}</button>
            </form>
        </li>
    }
}
