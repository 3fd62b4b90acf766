-- Numbers, tables, files, closures, coroutines, children.
print(10 // 3, 2 ^ 0.5, math.maxinteger, 7 % -3)
local list = {}
for i = 1, 20000 do list[i] = (i * 7919) % 20011 end
table.sort(list)
print(list[1], list[20000], #list)
for line in io.lines("data/file") do print(line) end
print(pcall(error, "caught", 0))
local child = io.popen("echo from a child; exit 3")
print(child:read("a"))
print(child:close())
print(os.execute("exit 2"))
print(io.open("data/none"))
print(string.format("%5.2f %q %x", 3.14159, "a\tb", 255), ("hello"):gsub("l", "L"))
local step = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
print(step(), step(), step())
print(os.date("!%Y-%m-%d", 86400), collectgarbage("count") > 0)
os.exit(6)
