#include "intake/intake.h"

#include "intake/intake_reactor.h"

namespace penstock::intake {

Result<std::unique_ptr<Intake>> Intake::start(const IntakeOptions& options,
                                              const IntakeSettings& settings, io::Loop& loop,
                                              const Clock& clock, IntakeCounters& counters) {
  const auto make = [&options](io::Loop& its_loop, const Clock& its_clock,
                               queue::ProducerListener& listener) {
    return queue::make_producer(options.producer, its_loop, its_clock, listener);
  };
  return IntakeReactor::start(options, settings, loop, clock, counters, make);
}

}  // namespace penstock::intake
