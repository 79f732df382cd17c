# Pushes jobs in each way that Ruby has, onto the queue that is named by the first argument.
require "active_job"
require "active_job/queue_adapters/sidekiq_adapter"
require "sidekiq"

QUEUE = ARGV.fetch(0)

class TrackJob
  include Sidekiq::Worker
  sidekiq_options queue: QUEUE

  def perform(*); end
end

class TrackActiveJob < ActiveJob::Base
  self.queue_adapter = :sidekiq
  queue_as QUEUE

  def perform(*); end
end

ActiveJob::Base.logger = nil
Sidekiq::Client.push("class" => "TrackJob", "queue" => QUEUE, "args" => [{"name" => "push"}])
TrackJob.perform_async({"name" => "perform_async", "color" => "red"})
Sidekiq::Client.push_bulk("class" => TrackJob,
                          "args" => (1..1500).map { |n| [{"name" => "push_bulk", "n" => n}] })
TrackActiveJob.perform_later({name: "active_job", color: "blue"})
TrackJob.perform_in(1, {"name" => "perform_in"})
TrackActiveJob.set(wait: 1).perform_later({"name" => "active_job_wait"})
