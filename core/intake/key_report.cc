#include "intake/key_report.h"

namespace penstock::intake {

void write_key_use(json::Writer& writer, const KeyLedger& ledger, const UnknownKeys& unknown) {
  writer.key("keys").begin_array();
  for (const KeyLedger::Line& line : ledger.lines()) {
    writer.begin_object().member("id", line.id).member("events", line.events);
    writer.member("refused", line.refused).member("last_used_at", line.last_ms).end_object();
  }
  writer.end_array().key("unknown").begin_array();
  for (const UnknownKeys::Count& count : unknown.counts()) {
    writer.begin_object().member("prefix", count.prefix).member("events", count.events);
    writer.end_object();
  }
  writer.end_array();
}

}  // namespace penstock::intake
