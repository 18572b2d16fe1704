-- What wrk sends and says. Run as `wrk ... -s wrk.lua URL [-- SESSIONS APPS [FROM]]`: with two
-- numbers, each request is the next of so many sessions (s1, s2, ...) and apps (app1.<domain>, ...), beginning
-- behind the one of the number FROM.
local requests, at = {}, 0

function init(args)
  local sessions, apps = tonumber(args[1] or 0), tonumber(args[2] or 0)
  if sessions == 0 then return end
  local domain = wrk.headers["Host"]:gsub("^[^.]*", "")
  for n = 0, math.max(sessions, apps) - 1 do
    wrk.headers["Host"] = "app" .. (n % apps + 1) .. domain
    wrk.headers["Cookie"] = "authelia_session=s" .. (n % sessions + 1)
    requests[n + 1] = wrk.format()
  end
  -- Each run begins somewhere else unless told: a short one does not come round to all of them.
  math.randomseed(os.time())
  at = tonumber(args[3]) or math.random(#requests)
  function request()
    at = at % #requests + 1
    return requests[at]
  end
end

-- One line that a program can read. Times are microseconds.
function done(summary, latency)
  local e = summary.errors
  local errors = e.connect + e.read + e.write + e.status + e.timeout
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"bytes":%d,"errors":%d,"p50":%d,"p99":%d,"max":%d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, errors,
    latency:percentile(50), latency:percentile(99), latency.max))
end
