#include "intake/key_report.h"

#include <gtest/gtest.h>

namespace penstock::intake {
namespace {

TEST(KeyReport, TellsWhatIsUsedAndWhatIsUnknown) {
  KeyLedger ledger;
  KeyUse& use = ledger.account("k1").use(0);
  use.events.add(2);
  use.refused.add();
  use.last_ms.set(77);
  UnknownKeys unknown;
  unknown.note(KeyPrefix("phc_\"123456789"), UnknownKeys::Fate::kTaken, 3, 1);
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  write_key_use(writer, ledger, unknown);
  writer.end_object();
  EXPECT_EQ(out, R"({"keys":[{"id":"k1","events":2,"refused":1,"last_used_at":77}],)"
                 R"("unknown":[{"prefix":"phc_\"12","events":3}]})");
}

}  // namespace
}  // namespace penstock::intake
