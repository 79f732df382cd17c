#include "queue/spool/streams.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "base/text.h"
#include "queue/spool/consumer.h"
#include "queue/spool/writer.h"
#include "sqlite/sqlite.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

namespace fs = std::filesystem;
using Texts = std::vector<std::string>;

class SpoolStreamsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = SpoolInstance::make(spool_);
    ASSERT_TRUE(made);
    instance_ = *made;
    auto consumer = SpoolConsumer::make({spool_, 1 << 30, 1 << 20}, "w", clock_);
    ASSERT_TRUE(consumer);
    consumer_ = std::move(*consumer);
  }

  std::string path_of(std::uint64_t number, std::uint32_t reactor) const {
    return SegmentPlace{instance_->name(), {number, reactor}}.path(spool_);
  }
  // A segment with these messages, as one that is written to if `is_live`.
  void make_segment(std::uint64_t number, std::uint32_t reactor, const Texts& messages,
                    bool is_live = true, std::int64_t at_ms = 1) {
    const std::string path = path_of(number, reactor);
    {
      auto writer = SegmentWriter::create(path);
      ASSERT_TRUE(writer);
      const std::vector<std::string_view> views(messages.begin(), messages.end());
      ASSERT_TRUE(writer->append(views, at_ms));
    }
    if (is_live) std::ofstream(path + ".open").put('\n');
  }
  // The same content again under another name; much faster than writing it.
  void copy_segment(std::uint32_t from, std::uint32_t to) const {
    for (const char* suffix : {".db", ".db-wal", ".open"}) {
      fs::copy_file(path_of(1, from) + suffix, path_of(1, to) + suffix);
    }
  }
  // As its process would, into a segment that it has open.
  void append(std::uint32_t reactor, std::string_view message) const {
    auto database = sqlite::Database::open(path_of(1, reactor) + ".db",
                                           {.sync = sqlite::Sync::kOff, .has_checkpoints = false});
    ASSERT_TRUE(database);
    auto insert = database->prepare("INSERT INTO batches(at_ms, message) VALUES(?, ?)");
    ASSERT_TRUE(insert);
    ASSERT_TRUE(insert->bind(1, 2).bind_blob(2, message).run());
  }

  // One look, and what it found released.
  Texts take(std::size_t messages_max = 1'000) {
    auto claim = consumer_->claim(messages_max, 1 << 24, 0);
    EXPECT_TRUE(claim);
    if (!claim || claim->messages.empty()) return {};
    EXPECT_TRUE(consumer_->release());
    return claim->messages;
  }
  std::size_t open_segments() const {
    std::set<std::string> open;
    for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
      std::error_code ignored;
      const std::string path = fs::read_symlink(entry.path(), ignored).string();
      if (path.starts_with(spool_ + "/" + instance_->name()) && path.ends_with(".db")) {
        open.insert(path);
      }
    }
    return open.size();
  }

  testing::TempDir dir_;
  const std::string spool_ = dir_.path("spool");
  ManualClock clock_{1'000'000};
  std::shared_ptr<SpoolInstance> instance_;
  std::unique_ptr<SpoolConsumer> consumer_;
};

TEST_F(SpoolStreamsTest, AreAllReadHoweverManyThereAre) {
  constexpr std::uint32_t kStreams = 150;
  make_segment(1, 0, {"first"});
  for (std::uint32_t reactor = 1; reactor < kStreams; ++reactor) copy_segment(0, reactor);
  std::size_t taken = 0;
  for (int i = 0; i < 10; ++i) {
    taken += take().size();
    clock_.advance_ms(100);
  }
  EXPECT_EQ(taken, kStreams);

  // Traffic on all of them that never ends: nobody waits longer than the others' turns.
  std::multiset<std::string> waiting;
  for (int round = 0; round < 12; ++round) {
    for (std::uint32_t reactor = 0; reactor < kStreams; ++reactor) {
      append(reactor, waiting.insert(str_cat(round, ":", reactor))->c_str());
    }
    for (const std::string& message : take()) waiting.erase(waiting.find(message));
    clock_.advance_ms(100);
    for (const std::string& message : waiting) {
      EXPECT_GE(std::stoi(message), round - 2) << message << " after round " << round;
    }
  }
  EXPECT_LE(open_segments(), SpoolStreams::kOpenStreamsMax);
}

// The busy one is found at every look, and those without news are not opened for it.
TEST_F(SpoolStreamsTest, FindsTheOneThatIsBusyAmongManyThatAreIdle) {
  constexpr std::uint32_t kBusy = 290;
  make_segment(1, 0, {"first"});
  for (std::uint32_t reactor = 1; reactor <= 300; ++reactor) copy_segment(0, reactor);
  std::size_t taken = 0;
  for (int i = 0; i < 10; ++i) {
    taken += take().size();
    clock_.advance_ms(100);
  }
  ASSERT_EQ(taken, 301U);

  for (int i = 0; i < 20; ++i) {
    append(kBusy, str_cat(i));
    EXPECT_EQ(take(), Texts{str_cat(i)});
  }
  EXPECT_LE(open_segments(), SpoolStreams::kOpenStreamsMax);
  append(7, "an idle one wakes up");
  EXPECT_EQ(take(), Texts{"an idle one wakes up"});
}

TEST_F(SpoolStreamsTest, BringTheOldestFirstAcrossManyOfThem) {
  for (std::uint32_t reactor = 0; reactor < 20; ++reactor) {
    make_segment(1, reactor, {str_cat(100 - reactor)}, true, 100 - reactor);
  }

  Texts taken;
  for (int i = 0; i < 20; ++i) {
    const Texts one = take(1);
    taken.insert(taken.end(), one.begin(), one.end());
  }

  Texts sorted = taken;
  std::sort(sorted.begin(), sorted.end(),
            [](const std::string& a, const std::string& b) { return std::stoi(a) < std::stoi(b); });
  EXPECT_EQ(taken.size(), 20U);
  EXPECT_EQ(taken, sorted);
}

TEST_F(SpoolStreamsTest, RemoveAClosedSegmentThatWasReadWhileOthersWereOpen) {
  make_segment(1, 0, {"a"});
  for (std::uint32_t reactor = 1; reactor < 100; ++reactor) copy_segment(0, reactor);
  for (int i = 0; i < 3; ++i) {
    take();
    clock_.advance_ms(100);
  }
  for (std::uint32_t reactor = 0; reactor < 100; ++reactor) {
    fs::remove(path_of(1, reactor) + ".open");
  }
  clock_.advance_ms(100);

  EXPECT_TRUE(take().empty());

  EXPECT_TRUE(list_segments(spool_, instance_->name()).empty());
}

// What waiting does not mend. SQLite has another error for each.
struct Damage {
  const char* name;
  bool is_lasting;  // Known only after a while.
  std::function<void(const std::string& db)> make;
};

class UnreadableSegment : public SpoolStreamsTest, public ::testing::WithParamInterface<Damage> {
 protected:
  // Of the stream 0; 1 is whole.
  void make_damage() {
    make_segment(1, 0, {"lost"}, false);
    make_segment(2, 0, {"behind it"}, false, 2);
    make_segment(1, 1, {"another stream"}, false);
    for (const char* suffix : {".db", ".db-wal", ".db-shm"}) fs::remove(path_of(1, 0) + suffix);
    GetParam().make(path_of(1, 0) + ".db");
  }
};

INSTANTIATE_TEST_SUITE_P(
    All, UnreadableSegment,
    ::testing::Values(
        Damage{"Garbage", false,
               [](const std::string& db) { std::ofstream(db) << std::string(9'999, 'x'); }},
        Damage{"OtherTables", false,
               [](const std::string& db) {
                 auto other = sqlite::Database::open(db, {.has_checkpoints = false});
                 ASSERT_TRUE(other->execute("CREATE TABLE t(x); PRAGMA user_version=1"));
               }},
        Damage{"AFolder", true, [](const std::string& db) { fs::create_directory(db); }},
        Damage{"ALinkToItself", true, [](const std::string& db) { fs::create_symlink(db, db); }}),
    [](const auto& damage) { return damage.param.name; });

TEST_P(UnreadableSegment, IsSetAsideAndItsStreamGoesOn) {
  make_damage();

  EXPECT_EQ(take(), GetParam().is_lasting ? Texts{"another stream"}
                                          : (Texts{"another stream", "behind it"}));
  if (GetParam().is_lasting) {
    for (int i = 0; i < 29; ++i) {
      clock_.advance_ms(1'000);
      EXPECT_TRUE(take().empty());
    }
    EXPECT_EQ(consumer_->bad_segments(), 0U);
    clock_.advance_ms(2'000);
    EXPECT_EQ(take(), Texts{"behind it"});
  }
  EXPECT_TRUE(take().empty());

  EXPECT_EQ(consumer_->bad_segments(), 1U);
  EXPECT_TRUE(fs::exists(fs::symlink_status(path_of(1, 0) + ".db.bad")));
}

// It would go on into a file that nobody looks for.
TEST_F(SpoolStreamsTest, KeepTheNameOfASegmentThatIsBeingWrittenThoughItCannotBeRead) {
  fs::create_directory(path_of(1, 0) + ".db");
  std::ofstream(path_of(1, 0) + ".open").put('\n');
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(take().empty());
    clock_.advance_ms(1'000);
  }
  EXPECT_EQ(consumer_->bad_segments(), 0U);

  fs::remove(path_of(1, 0) + ".open");
  clock_.advance_ms(31'000);
  take();
  clock_.advance_ms(31'000);
  take();

  EXPECT_EQ(consumer_->bad_segments(), 1U);
}

// A machine that is short of something for an hour says nothing about its disk.
TEST_F(SpoolStreamsTest, WaitForDescriptorsHoweverLong) {
  make_segment(1, 0, {"a"}, false);
  make_segment(2, 0, {"b"}, false);
  EXPECT_EQ(take(1), Texts{"a"});
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(take().empty());
    clock_.advance_ms(1'000);
  }
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  clock_.advance_ms(1'000);

  EXPECT_EQ(take(), Texts{"b"});
  EXPECT_EQ(consumer_->bad_segments(), 0U);
}

TEST_F(SpoolStreamsTest, BringWhatCanBeReadBeforeADamagedPage) {
  Texts messages;
  for (int i = 0; i < 1'000; ++i) messages.push_back(str_cat(i, " ", std::string(100, 'x')));
  make_segment(1, 0, messages, false);
  {
    auto database = sqlite::Database::open(path_of(1, 0) + ".db", {});
    ASSERT_TRUE(database->execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  }
  {
    std::fstream file(path_of(1, 0) + ".db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(20 * 4'096);
    file << std::string(4'096, '\xee');
  }

  Texts taken;
  for (int i = 0; i < 10; ++i) {
    const Texts some = take();
    taken.insert(taken.end(), some.begin(), some.end());
  }

  EXPECT_GT(taken.size(), 100U);
  EXPECT_LT(taken.size(), 1'000U);
  EXPECT_EQ(taken,
            Texts(messages.begin(), messages.begin() + static_cast<std::ptrdiff_t>(taken.size())));
  EXPECT_EQ(consumer_->bad_segments(), 1U);
  EXPECT_TRUE(fs::exists(path_of(1, 0) + ".db.bad"));
}

// As root would leave it: what cannot be renamed is passed by, once.
TEST_F(SpoolStreamsTest, PassByWhatCannotBeSetAside) {
  make_segment(1, 0, {"lost"}, false);
  make_segment(2, 0, {"behind it"}, false);
  for (const char* suffix : {".db", ".db-wal"}) {
    fs::remove(path_of(1, 0) + ".db-shm");
    std::ofstream(path_of(1, 0) + suffix) << std::string(9'999, 'x');
  }
  fs::create_directories(path_of(1, 0) + ".db.bad/in the way");

  EXPECT_EQ(take(), Texts{"behind it"});
  for (int i = 0; i < 5; ++i) {
    clock_.advance_ms(1'000);
    EXPECT_TRUE(take().empty());
  }

  EXPECT_EQ(consumer_->bad_segments(), 1U);
  EXPECT_TRUE(fs::exists(path_of(1, 0) + ".db"));
}

}  // namespace
}  // namespace penstock::queue
