#include "cli/doctor/disk.h"

#include <gtest/gtest.h>

namespace penstock::cli {
namespace {

constexpr std::uint64_t kGb = 1'000'000'000;

// A large ext4.
DiskFacts plain() { return {"/x", 100 * kGb, 1'000'000, 2'000'000, 0xef53, false}; }

Finding judge(const DiskFacts& facts, std::uint64_t may_grow_bytes = 10 * kGb) {
  Findings findings;
  judge_disk(facts, may_grow_bytes, findings);
  EXPECT_EQ(findings.list().size(), 1u);
  return findings.list().empty() ? Finding() : findings.list().front();
}

TEST(DoctorDisk, IsContentWithADiskThatHasRoom) {
  EXPECT_EQ(judge(plain()).verdict, Verdict::kOk);
  DiskFacts no_inodes = plain();  // btrfs counts none.
  no_inodes.inodes = no_inodes.free_inodes = 0;
  EXPECT_EQ(judge(no_inodes).verdict, Verdict::kOk);
}

TEST(DoctorDisk, WantsRoomForTheSpool) {
  DiskFacts facts = plain();
  facts.free_bytes = 5 * kGb;
  const Finding finding = judge(facts);
  EXPECT_EQ(finding.verdict, Verdict::kWarn);
  EXPECT_NE(finding.what.find("spool.max_bytes"), std::string::npos);
  EXPECT_EQ(judge(facts, 0).verdict, Verdict::kOk);
}

TEST(DoctorDisk, TellsOfADiskThatIsNearlyFullOrFull) {
  DiskFacts facts = plain();
  facts.free_bytes = kGb;
  EXPECT_EQ(judge(facts).verdict, Verdict::kWarn);
  facts.free_bytes = 1'000'000;
  EXPECT_EQ(judge(facts).verdict, Verdict::kFail);
  facts = plain();
  facts.free_inodes = 10;
  EXPECT_EQ(judge(facts).verdict, Verdict::kFail);
}

TEST(DoctorDisk, TellsOfFilesystemsThatLoseWhatWasSynced) {
  DiskFacts facts = plain();
  for (const std::int64_t remote : {0x6969LL, 0xff534d42LL, -0xacb2beLL, 0x01021997LL}) {
    facts.type = remote;  // CIFS's number is negative where the type has 32 bits.
    EXPECT_EQ(judge(facts).verdict, Verdict::kFail) << remote;
  }
  facts.type = 0x01021994;
  EXPECT_EQ(judge(facts).verdict, Verdict::kWarn);
  facts = plain();
  facts.is_read_only = true;
  EXPECT_EQ(judge(facts).verdict, Verdict::kFail);
}

}  // namespace
}  // namespace penstock::cli
