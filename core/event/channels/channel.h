// The channel of an event: by which kind of way it was come to its page.
//
// After the default channel group of Google Analytics 4 (support.google.com/analytics/answer/
// 9756891), whose names and order of rules these are. The source is utm_source, else the referrer's
// host. Three things differ. An answer of an assistant, as ChatGPT or Perplexity, is a channel of
// its own, as is a webmail's message, which GA4 knows by its medium alone. What only an advertising
// account can tell is told by the click ids in the URL (gclid, msclkid, ttclid …), where nobody
// wrote a source or a medium. And it is of the event, not of its session: a page that was reached
// within the site itself has none, so that each visit counts once.
#pragma once

#include <string_view>

#include "event/row.h"

namespace penstock::event {

// Of these texts, static:
//
//   Direct, Cross-network, Paid Shopping, Paid Search, Paid Social, Paid Video, Display, Paid
//   Other, Organic Shopping, Organic Social, Organic Video, Organic Search, AI Assistants,
//   Referral, Email, Affiliates, Audio, SMS, Mobile Push Notifications, Unassigned (campaigns of no
//   other channel).
//
// "" for an event without a page, as a log or what a server sent, unless a campaign or a referrer
// is told of it; and for a page that was come to from the site itself.
std::string_view channel_of(const Row& row);

}  // namespace penstock::event
