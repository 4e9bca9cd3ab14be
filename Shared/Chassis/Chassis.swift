// Chassis
