// What the intake says of keys on its admin port: which are used, and which are unknown.
#pragma once

#include "intake/key_ledger.h"
#include "intake/unknown_keys.h"
#include "json/writer.h"

namespace penstock::intake {

// Two members of an object: "keys" ([{"id","events","refused","last_used_at"}], those that were
// used or refused since the start; times in Unix milliseconds, 0 for never) and "unknown"
// ([{"prefix","events"}]). Any thread.
void write_key_use(json::Writer& writer, const KeyLedger& ledger, const UnknownKeys& unknown);

}  // namespace penstock::intake
