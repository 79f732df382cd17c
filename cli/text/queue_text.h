// Messages and dead letters as `penstock queue` prints them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "queue/consumer.h"
#include "queue/dead_letter_box.h"

namespace penstock::cli {

// The first bytes on one line, inert in a terminal: control characters and what is no UTF-8 as
// \x1b, a backslash doubled. "…" where there is more.
void append_preview(std::string_view bytes, std::string& out);

// Several lines: what the message is, and a line for each of its events.
void append_message_text(const queue::WaitingMessage& message, std::int64_t now_ms,
                         std::string& out);
// {"form","bytes","at","class","jid","fault","events":[…]}, one line without its end.
void append_message_json(const queue::WaitingMessage& message, std::int64_t now_ms,
                         std::string& out);

// Two lines: id, time, size, origin and reason; a preview.
void append_letter_text(const queue::StoredLetter& letter, std::string& out);
// {"id","at","place","origin","reason","bytes","form","message":base64,"events":[…]}, one line
// without its end.
void append_letter_json(const queue::StoredLetter& letter, std::int64_t now_ms, std::string& out);

}  // namespace penstock::cli
